import { answerQuestions } from './answer-questions.ts';

export type Exercise = 'greet' | 'never end' | 'take all memory';

const taken: number[][] = [];

answerQuestions((exercise: Exercise) => {
  while (exercise === 'never end');
  while (exercise === 'take all memory') taken.push(Array.from({ length: 1_000 }, Math.sqrt));
  return 'hello';
});
