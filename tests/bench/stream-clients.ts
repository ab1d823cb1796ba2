import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** What is asked of the thread of clients. */
export interface Ask {
  host: string;
  port: number;
  path: string;
  clients: number;
  /** Each client is ready when this has come. */
  ready: string;
}

const arrivals = z.array(z.number());

/** Clients of an event stream in a thread of their own, so that reading is not done by who sends. */
export interface StreamClients extends AsyncDisposable {
  /** Milliseconds from the first attempt to connect until each was ready. */
  readyAfterMs: readonly number[];
  /** When each client had the next change whole, in `nowMs`. Ask before the change is made. */
  nextChange(): Promise<number[]>;
}

/** Connects them, and resolves when each is ready. */
export async function connectClients(ask: Ask): Promise<StreamClients> {
  const thread = new Worker(fileURLToPath(new URL('./stream-clients.thread.ts', import.meta.url)), {
    workerData: ask,
  });
  const failure = new Promise<never>((_, reject) => {
    thread.once('error', reject);
  });
  failure.catch(() => undefined); // it is told by whoever waits
  const next = () => Promise.race([once(thread, 'message'), failure]);
  const [readyAfter]: unknown[] = await next();
  return {
    readyAfterMs: arrivals.parse(readyAfter),
    nextChange: async () => {
      thread.postMessage('again');
      const [times]: unknown[] = await next();
      return arrivals.parse(times);
    },
    [Symbol.asyncDispose]: async () => {
      await thread.terminate();
    },
  };
}
