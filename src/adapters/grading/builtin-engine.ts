import { evaluateRubric } from '@lcm/core/grading/evaluate-rubric.ts';
import type { GradingEngine } from '@lcm/core/spi/grading-engine.ts';
import { PatternTimeout, patternMatcher } from './pattern-matcher.ts';

/** The evaluator that comes with LCM: grades at once, and keeps nothing. */
export interface BuiltinEngine extends GradingEngine {
  /** Ends the thread that patterns are matched in. */
  close(): Promise<void>;
}

/**
 * Grades by the rubric alone. The same evidence always gives the same score, so that a submission may be
 * repeated freely. @param patternBudgetMs milliseconds of real time for one pattern
 */
export function builtinEngine(patternBudgetMs?: number): BuiltinEngine {
  const matcher = patternMatcher(patternBudgetMs);
  return {
    submit: async ({ reference, rubric, evidence }, signal) => {
      try {
        const score = await evaluateRubric(rubric, evidence, (pattern, flags, text) => {
          signal.throwIfAborted();
          return matcher.match(pattern, flags, text);
        });
        return { status: 'done', gradingId: reference, score };
      } catch (error) {
        // These do not get better by trying again: the rubric has to change.
        if (error instanceof PatternTimeout || error instanceof SyntaxError)
          return { status: 'failed', gradingId: reference, message: error.message, retryPossible: false };
        throw error;
      }
    },
    result: async () => undefined,
    close: () => matcher.close(),
  };
}
