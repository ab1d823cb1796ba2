import { type MessagePort, workerData } from 'node:worker_threads';
import type { PatternSearch } from './pattern-runner.ts';

// The thread behind the pattern runner: it answers each list of searches with a list of truths, and wakes
// the one who asked only after the answer has been posted.
const { signal, port }: { signal: Int32Array<SharedArrayBuffer>; port: MessagePort } = workerData;

const wake = () => {
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
};

port.on('message', (searches: PatternSearch[]) => {
  port.postMessage(searches.map(({ pattern, flags, text }) => new RegExp(pattern, flags).test(text)));
  wake();
});
wake();
