/** Evaluates the expressions of pipelines and content packages: the part between `${` and `}`. */
export interface ExpressionEvaluator {
  /**
   * The value of the expression over the scope; a deadline of the evaluator's own bounds it.
   * @throws Refusal `rule` where it is malformed, fails or takes too long
   */
  evaluate(
    expression: string,
    scope: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown>;
}
