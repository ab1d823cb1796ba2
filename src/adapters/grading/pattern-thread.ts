import { answerQuestions } from '../threads/answer-questions.ts';

export interface PatternQuestion {
  pattern: string;
  /** JavaScript's letters. */
  flags: string;
  text: string;
}
export type PatternAnswer = { found: boolean } | { error: string };

answerQuestions(({ pattern, flags, text }: PatternQuestion): PatternAnswer => {
  try {
    return { found: new RegExp(pattern, flags).test(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
});
