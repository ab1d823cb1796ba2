import { answerQuestions } from '@lcm/adapters/threads/answer-questions.ts';
import type { PatternSearch } from './pattern-runner.ts';

answerQuestions((searches: PatternSearch[]) =>
  searches.map(({ pattern, flags, text }) => new RegExp(pattern, flags).test(text)),
);
