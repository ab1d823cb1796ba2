import { Refusal } from '../domain/refusal.ts';
import type { ExpressionEvaluator } from '../spi/expressions.ts';
import type { StepCall, StepHandler } from './step-handler.ts';

/**
 * Why there is nothing to do in a step: because its plan's `skipWhen` is true, or because its handler says so.
 * @throws Refusal `rule` where the expression is malformed or gives anything but true, false or null
 */
export async function reasonToSkip<Context>(
  handler: StepHandler<Context>,
  call: Omit<StepCall<Context>, 'attempt'>,
  expressions: ExpressionEvaluator | undefined,
  scope: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { name, skipWhen } = call.step;
  if (skipWhen !== undefined && (await isTrue(name, skipWhen, expressions, scope, call.signal))) {
    return `skipped because ${skipWhen}`;
  }
  return handler.skip?.(call);
}

async function isTrue(
  step: string,
  skipWhen: string,
  expressions: ExpressionEvaluator | undefined,
  scope: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<boolean> {
  const expression = /^\s*\$\{([\s\S]*)\}\s*$/.exec(skipWhen)?.[1];
  if (expression === undefined) {
    throw new Refusal('rule', `skipWhen of step ${step} is not an expression in \${ }: ${skipWhen}`);
  }
  if (!expressions) throw new Refusal('rule', `step ${step} has a skipWhen, and nothing here evaluates it`);
  const value = await expressions.evaluate(expression.trim(), scope, signal);
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return false;
  const given = JSON.stringify(value).slice(0, 100);
  throw new Refusal('rule', `skipWhen of step ${step} gives ${given}, not true or false`);
}
