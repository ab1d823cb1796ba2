import { type MessagePort, workerData } from 'node:worker_threads';

/** The inside of an answering thread: answers every question, and wakes the one who asked after the answer was posted. */
export function answerQuestions<Question, Answer>(answerTo: (question: Question) => Answer): void {
  const { signal, port }: { signal: Int32Array<SharedArrayBuffer>; port: MessagePort } = workerData;
  const wake = () => {
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  port.on('message', (question: Question) => {
    port.postMessage(answerTo(question));
    wake();
  });
  wake();
}
