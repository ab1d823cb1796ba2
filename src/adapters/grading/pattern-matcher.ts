import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { PatternAnswer, PatternQuestion } from './pattern-thread.ts';

/** Runs regular expressions that nobody vouches for. */
export interface PatternMatcher {
  /**
   * Whether the pattern, with JavaScript's flag letters, is found in the text.
   * @throws PatternTimeout where that takes longer than it may
   * @throws SyntaxError for what is no pattern
   */
  match(pattern: string, flags: string, text: string): Promise<boolean>;
  /** Ends the thread behind it. */
  close(): Promise<void>;
}

/** A pattern was not done in time: it backtracks without end. */
export class PatternTimeout extends Error {
  constructor(pattern: string, budgetMs: number) {
    super(`the pattern ${pattern.slice(0, 100)} was not done within ${budgetMs} ms`);
    this.name = 'PatternTimeout';
  }
}

/**
 * How long the caller's thread waits by itself, milliseconds of real time. Honest patterns take a fraction of
 * it, so that on virtual time no time passes with them; one that takes longer blocks nobody.
 */
const BLOCKING_MS = 50;
/** A loaded machine may take its time to start a thread; that is not the pattern's fault. */
const START_MS = 30_000;

/**
 * Patterns are matched in a thread of their own, since a regular expression cannot be interrupted in its
 * thread: one that overruns its budget is ended together with it. One match at a time.
 * @param budgetMs milliseconds of real time for one match
 */
export function patternMatcher(budgetMs = 2_000): PatternMatcher {
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const match = async (question: PatternQuestion): Promise<boolean> => {
    thread ??= startThread();
    const answer = await ask(thread, question, budgetMs);
    if (!answer) {
      const overdue = thread;
      thread = undefined;
      await overdue.worker.terminate();
      throw new PatternTimeout(question.pattern, budgetMs);
    }
    if ('error' in answer) throw new SyntaxError(answer.error);
    return answer.found;
  };

  return {
    match: (pattern, flags, text) => {
      const turn = last.then(() => match({ pattern, flags, text }));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      await last;
      await thread?.worker.terminate();
      thread = undefined;
    },
  };
}

interface Thread {
  worker: Worker;
  port: MessagePort;
  /** 0 while the thread is busy, 1 when it is not. */
  signal: Int32Array<SharedArrayBuffer>;
}

function startThread(): Thread {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./pattern-thread.ts', import.meta.url), {
    workerData: { signal, port: port2 },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  worker.unref();
  if (Atomics.wait(signal, 0, 0, START_MS) === 'timed-out') {
    void worker.terminate();
    throw new Error(`the thread for patterns did not start within ${START_MS} ms`);
  }
  return { worker, port: port1, signal };
}

async function ask(
  { port, signal }: Thread,
  question: PatternQuestion,
  budgetMs: number,
): Promise<PatternAnswer | undefined> {
  Atomics.store(signal, 0, 0);
  port.postMessage(question);
  if (Atomics.wait(signal, 0, 0, Math.min(BLOCKING_MS, budgetMs)) === 'timed-out') {
    const rest = Atomics.waitAsync(signal, 0, 0, Math.max(0, budgetMs - BLOCKING_MS));
    if (rest.async) await rest.value;
  }
  const received: { message: PatternAnswer } | undefined = receiveMessageOnPort(port);
  return received?.message;
}
