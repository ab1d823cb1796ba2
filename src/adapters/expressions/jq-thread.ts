import { loadJq } from 'jq-wasm';
import { answerQuestions } from '../threads/answer-questions.ts';

export interface JqQuestion {
  expression: string;
  /** JSON text of what the expression is evaluated over. */
  scope: string;
}

/** `spent`: jq broke down, and this thread is good for nothing more. */
export type JqAnswer = { value: unknown } | { error: string } | { spent: string };

const LONGEST_VALUE = 1_000_000;

// jq's build tells the terminal about its breakdowns; the answer says so too, to whom it concerns.
console.error = () => {};
const jq = await loadJq();

function answer({ expression, scope }: JqQuestion): JqAnswer {
  // What begins with a dash would be taken for an option of the command line.
  const filter = expression.startsWith('-') ? ` ${expression}` : expression;
  try {
    const { stdout, stderr, exitCode } = jq.raw(scope, filter, ['-c']);
    // One line for each output; line breaks inside of texts are escaped.
    const [first] = stdout.split('\n', 1);
    if (first && first.length > LONGEST_VALUE)
      return {
        error: `an expression gives ${LONGEST_VALUE} characters of JSON at most, not ${first.length}`,
      };
    if (first) return { value: JSON.parse(first) };
    if (exitCode === 0) return { value: null };
    return { error: stderr.replaceAll(' (at /dev/stdin:0)', '').trim() || `jq ended with ${exitCode}` };
  } catch (error) {
    return { spent: error instanceof Error ? error.message : String(error) };
  }
}

// The first question is slow, which is not the fault of whoever asks it.
answer({ expression: '.', scope: 'null' });
answerQuestions(answer);
