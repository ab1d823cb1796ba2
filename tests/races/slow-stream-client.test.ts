import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { report } from './figures.ts';
import { place, startReplicas } from './planes.ts';

const READERS = 999;
/** What the one who does not read is sent: more than the system's sockets hold and the server keeps for it together. */
const CHANGES = 200;
const CHANGE_BYTES = 60_000;
/** Every so many changes, one that the others follow too. */
const SHARED_EVERY = 20;
/** Bytes that wait for a client at most (`stream-writer.ts`), and that kernels of both ends may take over before. */
const WAITING_BYTES = 4_000_000;
const KERNEL_BYTES = 10_000_000;
/** For a change to come to all who read, on a machine that has other work. */
const IN_TIME_MS = 5_000;

it('a client that reads nothing is cut off, while 999 others get every change in time', {
  timeout: 120_000,
}, async () => {
  const on = await startReplicas(new MemoryStore(), 1);
  const { admin } = on;
  // All of them are one caller.
  await admin.settings.change({ body: { streamsPerCaller: null } });
  await on.scene.definition();
  const [worker] = await on.scene.workers(1);
  const [shared, loud] = [await on.scene.book(2), await on.scene.book(2)];
  if (!worker) throw new Error('there is no worker');
  await place(on, loud.id, worker, 'p-1');
  await say(on, loud.id, { type: 'startInstantiating' });
  const { hostname: host, port } = new URL(on.replicas[0]?.url ?? '');

  const readers = await startReaders(
    host,
    Number(port),
    `/api/events/stream?kinds=session&sessionIds=${shared.id}`,
  );
  const slow = await listen(host, Number(port), '/api/events/stream?kinds=session');
  // From here on it reads nothing.
  slow.pause();
  const cut = { over: false, receivedBytes: 0 };
  slow.on('close', () => {
    cut.over = true;
  });
  slow.on('error', () => {});

  const before = memory();
  let [most, told] = [0, 0];
  for (let number = 1; number <= CHANGES; number++) {
    await say(on, loud.id, planOf(number));
    await say(on, loud.id, {
      type: 'finishPipeline',
      pipeline: 'instantiate',
      runId: `run-${number}`,
      status: 'FAILED',
    });
    if (number % SHARED_EVERY === 0) {
      told += 1;
      const act = told % 2 === 1 ? admin.sessions.hold : admin.sessions.unhold;
      await act({ params: { id: shared.id }, body: {} });
    }
    most = Math.max(most, memory() - before);
  }
  const began = systemClock.monotonic();
  await vi.waitFor(async () => expect(await countOf(readers)).toMatchObject({ least: told, closed: 0 }), {
    timeout: IN_TIME_MS,
    interval: 20,
  });
  const lagMs = systemClock.monotonic() - began;
  // A socket that is paused does not notice its end by itself; first it gets what its kernel has.
  slow.on('data', (chunk) => {
    cut.receivedBytes += chunk.length;
  });
  slow.resume();
  await vi.waitFor(() => expect(cut.over).toBe(true), { timeout: IN_TIME_MS });
  expect((await countOf(readers)).most).toBe(told);
  // What it has missed, a new snapshot holds; those who come within a second share one.
  await on.clock.advance(2_000);
  const again = await listen(host, Number(port), '/api/events/stream?kinds=session', `plan_${CHANGES}`);
  again.destroy();
  report('a slow stream client', {
    readers: READERS,
    'changes to it': CHANGES,
    'changes to all': told,
    'all have the last after ms': Math.round(lagMs),
    'kept for it MB': cut.receivedBytes / 1e6,
    'memory grew by MB at most': Math.round(most / 1e6),
  });
  // All that was ever kept for it: no more than this, and no more however much there is to tell.
  expect(cut.receivedBytes).toBeLessThan(KERNEL_BYTES + WAITING_BYTES);
  expect(2 * CHANGES * CHANGE_BYTES).toBeGreaterThan(KERNEL_BYTES + WAITING_BYTES);
  await readers.terminate();
});

type On = Awaited<ReturnType<typeof startReplicas>>;
type Command = Parameters<On['controller']['internal']['sessions']['command']>[0]['body']['command'];

const say = ({ controller }: On, id: string, command: Command) =>
  controller.internal.sessions.command({ params: { id }, body: { command } });

/** A plan that makes the session's view as big as a change is to be. */
function planOf(number: number): Command {
  const step = {
    name: `plan_${number}`,
    handler: 'test',
    needs: [],
    optional: false,
    timeoutSeconds: 60,
    retry: { maxAttempts: 1, delaySeconds: 1 },
    params: { text: 'x'.repeat(CHANGE_BYTES) },
  };
  return { type: 'planPipeline', pipeline: 'instantiate', runId: `run-${number}`, plan: [step] };
}

/** Of this process: its store is in memory too. */
const memory = () => process.memoryUsage().rss;

/** Resolves when it has seen the text. */
async function listen(host: string, port: number, path: string, text = 'snapshot.complete'): Promise<Socket> {
  const socket = connect({ host, port });
  onTestFinished(() => void socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  let tail = '';
  const look = (chunk: Buffer) => {
    tail += chunk.toString('latin1');
    if (tail.includes(text)) resolve();
    tail = tail.slice(-text.length);
  };
  socket.on('data', look);
  await seen;
  socket.off('data', look);
  return socket;
}

async function startReaders(host: string, port: number, path: string): Promise<Worker> {
  const url = new URL('./stream-readers.thread.ts', import.meta.url);
  const thread = new Worker(fileURLToPath(url), { workerData: { host, port, path, clients: READERS } });
  onTestFinished(() => void thread.terminate());
  await vi.waitFor(async () => expect((await countOf(thread)).ready).toBe(READERS), {
    timeout: 60_000,
    interval: 50,
  });
  return thread;
}

const counts = z.object({ ready: z.number(), closed: z.number(), changes: z.array(z.number()) });

/** How many changes the reader has that has fewest, and the one that has most. */
async function countOf(thread: Worker) {
  thread.postMessage('count');
  const [answer]: unknown[] = await once(thread, 'message');
  const { ready, closed, changes } = counts.parse(answer);
  return { ready, closed, least: Math.min(...changes), most: Math.max(...changes) };
}
