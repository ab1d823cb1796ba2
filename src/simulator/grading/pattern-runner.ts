import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** One pattern to be looked for in one text. */
export interface PatternSearch {
  pattern: string;
  /** JavaScript's letters. */
  flags: string;
  text: string;
}

/** Searches took longer than they may: some pattern backtracks without end. */
export class SearchTimeout extends Error {
  constructor(budgetMs: number) {
    super(`the patterns were not done within ${budgetMs} ms`);
    this.name = 'SearchTimeout';
  }
}

/** Runs regular expressions that nobody vouches for. */
export interface PatternRunner {
  /**
   * Says for each search whether it matches. Blocks until then, or until the budget is spent.
   * @param budgetMs milliseconds for all of them together
   * @throws SearchTimeout
   */
  search(searches: PatternSearch[], budgetMs: number): boolean[];
  /** Ends the thread behind it. */
  close(): Promise<void>;
}

/**
 * Opens a runner whose searches happen in a thread of their own, which is ended when it overruns its budget.
 * The caller waits for it, so that the same submissions give the same history on virtual time, where time
 * may not pass while a thread works; a pattern that explodes therefore costs the process its budget, not more.
 */
export function openPatternRunner(): PatternRunner {
  let thread: Thread | undefined;
  return {
    search: (searches, budgetMs) => {
      if (searches.length === 0) return [];
      thread ??= startThread();
      const answer = ask(thread, searches, budgetMs);
      if (answer) return answer;
      void thread.worker.terminate();
      thread = undefined;
      throw new SearchTimeout(budgetMs);
    },
    close: async () => {
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

/** A loaded machine may take its time to start a thread; that is not the patterns' fault. */
const startWithinMs = 30_000;

function startThread(): Thread {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./pattern-thread.ts', import.meta.url), {
    workerData: { signal, port: port2 },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  worker.unref();
  if (Atomics.wait(signal, 0, 0, startWithinMs) === 'timed-out') {
    void worker.terminate();
    throw new Error(`the thread for patterns did not start within ${startWithinMs} ms`);
  }
  return { worker, port: port1, signal };
}

function ask({ port, signal }: Thread, searches: PatternSearch[], budgetMs: number): boolean[] | undefined {
  Atomics.store(signal, 0, 0);
  port.postMessage(searches);
  Atomics.wait(signal, 0, 0, budgetMs);
  const received: { message: unknown } | undefined = receiveMessageOnPort(port);
  return Array.isArray(received?.message) ? received.message.map(Boolean) : undefined;
}
