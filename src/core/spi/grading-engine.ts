import type { Rubric } from '../domain/rubric.ts';
import type { Score } from '../domain/score-report.ts';

/** What stands at an engine about one submission. */
export type GradingResult =
  | { status: 'working'; gradingId: string }
  | { status: 'done'; gradingId: string; score: Score }
  | { status: 'failed'; gradingId: string; message: string; retryPossible: boolean };

/** What turns evidence into a score: an external engine, or the built-in evaluator. */
export interface GradingEngine {
  /**
   * Hands evidence in. The same reference again gives the same grading, never a second one.
   * @param evidence texts by the names that rubric checks refer to
   */
  submit(
    request: { reference: string; rubric: Rubric; evidence: Record<string, string> },
    signal: AbortSignal,
  ): Promise<GradingResult>;
  /** Undefined where the engine knows no such grading. */
  result(gradingId: string): Promise<GradingResult | undefined>;
}
