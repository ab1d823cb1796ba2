import { type MessagePort, workerData } from 'node:worker_threads';

export interface PatternQuestion {
  pattern: string;
  /** JavaScript's letters. */
  flags: string;
  text: string;
}
export type PatternAnswer = { found: boolean } | { error: string };

// The thread behind the pattern matcher: it answers each question, and wakes the one who asked only after the
// answer has been posted.
const { signal, port }: { signal: Int32Array<SharedArrayBuffer>; port: MessagePort } = workerData;

function answerTo({ pattern, flags, text }: PatternQuestion): PatternAnswer {
  try {
    return { found: new RegExp(pattern, flags).test(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function wake(): void {
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

port.on('message', (question: PatternQuestion) => {
  port.postMessage(answerTo(question));
  wake();
});
wake();
