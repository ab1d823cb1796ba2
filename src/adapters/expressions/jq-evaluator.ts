import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ExpressionEvaluator } from '@lcm/core/spi/expressions.ts';
import { type AnsweringThread, startAnsweringThread } from '../threads/answering-thread.ts';
import type { JqAnswer, JqQuestion } from './jq-thread.ts';

export interface JqLimits {
  /** Milliseconds of real time for one expression; 1,000 where absent. */
  deadlineMs?: number;
  /** Megabytes of heap for scope and value, 64 where absent; jq itself has 256 MB beside it, as it was built. */
  memoryMb?: number;
}

const LONGEST_EXPRESSION = 4_000;
const LARGEST_SCOPE_BYTES = 1_000_000;
const LONGEST_MESSAGE = 1_000;

/**
 * Evaluates expressions as jq 1.8 does, over the scope as its input. The value is the first output, null where
 * there is none. jq runs as WebAssembly without files, modules, network or this process's environment, in a
 * thread of its own, since it cannot be interrupted in its thread: what overruns its deadline, or is no longer
 * wanted, is ended together with it. One expression at a time; the others wait for their turn.
 */
export function jqEvaluator(limits: JqLimits = {}): ExpressionEvaluator & { close(): Promise<void> } {
  const { deadlineMs = 1_000, memoryMb = 64 } = limits;
  const closing = new AbortController();
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const evaluate = async (question: JqQuestion, signal: AbortSignal): Promise<unknown> => {
    signal.throwIfAborted();
    const asked = thread ?? startThread(memoryMb);
    // It is kept only if it answers.
    thread = undefined;
    let answer: JqAnswer;
    try {
      answer = await ask(asked, question, deadlineMs, signal);
    } catch (error) {
      await asked.end();
      throw error;
    }
    thread = asked;
    if ('error' in answer) throw new Refusal('rule', answer.error.slice(0, LONGEST_MESSAGE));
    return answer.value;
  };

  return {
    evaluate: async (expression, scope, signal) => {
      const question = { expression: checked(expression), scope: written(scope) };
      const stop = AbortSignal.any([signal, closing.signal]);
      const turn = last.then(() => evaluate(question, stop));
      last = turn.catch(() => undefined);
      return unlessAborted(turn, stop);
    },
    close: async () => {
      closing.abort(new Refusal('unavailable', 'expressions are no longer evaluated: the system stops'));
      await last;
      await thread?.end();
      thread = undefined;
    },
  };
}

type Thread = AnsweringThread<JqQuestion, JqAnswer>;

function startThread(memoryMb: number): Thread {
  return startAnsweringThread(new URL('./jq-thread.ts', import.meta.url), memoryMb);
}

/** The answer of a thread that can be asked again; any error means that it cannot. */
async function ask(
  thread: Thread,
  question: JqQuestion,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Exclude<JqAnswer, { spent: string }>> {
  thread.ask(question);
  const died = (cause: unknown) => {
    throw new Refusal('rule', `the expression took more than it may of memory: ${shown(question)}`, {
      cause,
    });
  };
  const answer = await unlessAborted(thread.answerLater(deadlineMs).catch(died), signal);
  if (!answer)
    throw new Refusal('rule', `the expression was not done within ${deadlineMs} ms: ${shown(question)}`);
  if ('spent' in answer)
    throw new Refusal(
      'rule',
      `jq broke down, out of memory or nested too deep (${answer.spent}): ${shown(question)}`,
    );
  return answer;
}

const shown = ({ expression }: JqQuestion) => expression.slice(0, 100);

function checked(expression: string): string {
  if (expression.length > LONGEST_EXPRESSION)
    throw new Refusal(
      'rule',
      `an expression has ${LONGEST_EXPRESSION} characters at most, not ${expression.length}`,
    );
  // jq would take it for the end of the expression.
  if (expression.includes('\0')) throw new Refusal('rule', 'an expression has no NUL characters');
  return expression;
}

function written(scope: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(scope);
  const size = Buffer.byteLength(text);
  if (size > LARGEST_SCOPE_BYTES)
    throw new Refusal(
      'rule',
      `what expressions are evaluated over has ${LARGEST_SCOPE_BYTES} bytes at most, not ${size}`,
    );
  return text;
}

/** What the work gives, or the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
