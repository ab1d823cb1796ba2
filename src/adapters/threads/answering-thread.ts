import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/**
 * A thread that answers one question at a time, and that can be ended in the middle of one. Once it has died, of
 * its memory or of an error, all but `end` throw what it died of.
 */
export interface AnsweringThread<Question, Answer> {
  /** Puts a question; the one before must have been answered. */
  ask(question: Question): void;
  /** The answer; undefined if it is not there within `ms` milliseconds of real time. Blocks the caller's thread. */
  answerWithin(ms: number): Answer | undefined;
  /** As `answerWithin`, and blocks nobody. */
  answerLater(ms: number): Promise<Answer | undefined>;
  /** Ends the thread, whatever it is doing. */
  end(): Promise<void>;
}

/** A loaded machine may take its time to start a thread; that is not the question's fault. */
const START_MS = 30_000;

/**
 * Starts a thread for what cannot be interrupted in its own. It does not keep the process alive.
 * @param module what it runs; that calls `answerQuestions`
 * @param memoryMb megabytes of heap after which it dies
 * @throws Error when it does not start within half a minute
 */
export function startAnsweringThread<Question, Answer>(
  module: URL,
  memoryMb: number,
): AnsweringThread<Question, Answer> {
  /** 0 while the thread is busy, 1 when it is not. */
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(module, {
    workerData: { signal, port: port2 },
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  worker.unref();
  let death: Error | undefined;
  worker.on('error', (cause) => {
    death = new Error(`the thread ${module.pathname} has died`, { cause });
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
  if (Atomics.wait(signal, 0, 0, START_MS) === 'timed-out') {
    void worker.terminate();
    throw new Error(`the thread ${module.pathname} did not start within ${START_MS} ms`);
  }
  /** An answer counts once the thread is free again: else its waking call would be taken for the next one's. */
  const answer = (): Answer | undefined => {
    if (death) throw death;
    if (Atomics.load(signal, 0) === 0) return undefined;
    const received: { message: Answer } | undefined = receiveMessageOnPort(port);
    return received?.message;
  };
  return {
    ask: (question) => {
      if (death) throw death;
      Atomics.store(signal, 0, 0);
      port.postMessage(question);
    },
    answerWithin: (ms) => {
      Atomics.wait(signal, 0, 0, ms);
      return answer();
    },
    answerLater: async (ms) => {
      const woken = Atomics.waitAsync(signal, 0, 0, ms);
      if (woken.async) await woken.value;
      return answer();
    },
    end: async () => {
      await worker.terminate();
    },
  };
}
