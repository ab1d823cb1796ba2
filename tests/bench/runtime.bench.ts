import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { createWorkQueue } from '@lcm/core/controller/work-queue.ts';
import type { PipelineProgress } from '@lcm/core/domain/pipeline-progress.ts';
import { runPipeline } from '@lcm/core/pipeline/execute.ts';
import { planPipeline } from '@lcm/core/pipeline/plan.ts';

/** One number that is kept an eye on. */
interface Measured {
  name: string;
  value: number;
  unit: '1/s' | 'ms';
}

/** What the controller runtime itself costs: the queue, the step executor and the bus in memory, doing nothing else. */
export async function measureRuntime(): Promise<Measured[]> {
  return [
    { name: 'queue-reconciles', value: await queueRate(), unit: '1/s' },
    { name: 'pipeline-nine-empty-steps', value: await emptyPipelineMs(), unit: 'ms' },
    { name: 'memory-bus-events-500-watchers', value: await busRate(), unit: '1/s' },
  ];
}

/** 20,000 ids, five rounds of adds, work that does nothing. */
async function queueRate(): Promise<number> {
  const ids = Array.from({ length: 20_000 }, (_, number) => `ses-${number}`);
  let done = 0;
  const { promise: idle, resolve } = Promise.withResolvers<void>();
  const queue = createWorkQueue({
    clock: systemClock,
    random: seededRandom(1),
    concurrency: 50,
    work: async () => {
      done += 1;
      if (done === ids.length * 5) resolve();
      return { kind: 'done' };
    },
    onThrow: (_, error) => {
      throw error;
    },
  });
  const elapsedMs = await timed(async () => {
    for (let round = 0; round < 5; round++) {
      for (const id of ids) queue.add(id);
      while (queue.stats().ready + queue.stats().underWay > 0) await new Promise(setImmediate);
    }
    await idle;
  });
  await queue.stop();
  return Math.round((done * 1_000) / elapsedMs);
}

async function emptyPipelineMs(): Promise<number> {
  const plan = planPipeline('instantiate');
  const handlers = Object.fromEntries(plan.map(({ handler }) => [handler, { run: async () => undefined }]));
  const progress: PipelineProgress = {
    name: 'instantiate',
    runId: 'run-1',
    run: 1,
    status: 'RUNNING',
    startedAt: new Date(systemClock.now()).toISOString(),
    plan,
    steps: {},
  };
  const run = () =>
    runPipeline({
      progress,
      handlers,
      context: undefined,
      save: async () => undefined,
      clock: systemClock,
      random: seededRandom(1),
      signal: new AbortController().signal,
    });
  for (let warmUp = 0; warmUp < 50; warmUp++) await run();
  const elapsedMs = await timed(async () => {
    for (let turn = 0; turn < 500; turn++) await run();
  });
  return elapsedMs / 500;
}

/** 500 watchers of a prefix each, 10,000 keys, every event read by the watcher it is for. */
async function busRate(): Promise<number> {
  const EVENTS = 100_000;
  const bus = new MemoryBus({ clock: systemClock });
  const { revision } = await bus.list('/');
  const stop = new AbortController();
  let read = 0;
  const watching = Array.from({ length: 500 }, async (_, watcher) => {
    for await (const batch of bus.watch(`/lcm/w${watcher}/`, revision, stop.signal)) read += batch.length;
  });
  const elapsedMs = await timed(async () => {
    for (let event = 0; event < EVENTS; event++) {
      await bus.project(`/lcm/w${event % 500}/k${event % 10_000}`, { version: event + 1, status: 'RUNNING' });
    }
    while (read < EVENTS) await new Promise(setImmediate);
  });
  stop.abort();
  await Promise.all(watching);
  return Math.round((EVENTS * 1_000) / elapsedMs);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - before) / 1e6;
}
