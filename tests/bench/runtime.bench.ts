import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { createWorkQueue } from '@lcm/core/controller/work-queue.ts';
import type { PipelineProgress } from '@lcm/core/domain/pipeline-progress.ts';
import { runPipeline } from '@lcm/core/pipeline/execute.ts';
import { planPipeline } from '@lcm/core/pipeline/plan.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { timed } from './statistics.ts';

export const names = ['queue-reconciles', 'pipeline-nine-empty-steps', 'memory-bus-events-500-watchers'];

/** What the controller runtime itself costs: the queue, the step executor and the bus in memory, doing nothing else. */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  return [
    { name: 'queue-reconciles', value: await queueRate(short ? 1_000 : 20_000), unit: '1/s' },
    { name: 'pipeline-nine-empty-steps', value: await emptyPipelineMs(short ? 20 : 500), unit: 'ms' },
    { name: 'memory-bus-events-500-watchers', value: await busRate(short ? 5_000 : 100_000), unit: '1/s' },
  ];
}

/** So many ids, five rounds of adds, work that does nothing. */
async function queueRate(count: number): Promise<number> {
  const ids = Array.from({ length: count }, (_, number) => `ses-${number}`);
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

async function emptyPipelineMs(turns: number): Promise<number> {
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
    for (let turn = 0; turn < turns; turn++) await run();
  });
  return elapsedMs / turns;
}

/** 500 watchers of a prefix each, 10,000 keys, every event read by the watcher it is for. */
async function busRate(events: number): Promise<number> {
  const bus = new MemoryBus({ clock: systemClock });
  const { revision } = await bus.list('/');
  const stop = new AbortController();
  let read = 0;
  const watching = Array.from({ length: 500 }, async (_, watcher) => {
    for await (const batch of bus.watch(`/lcm/w${watcher}/`, revision, stop.signal)) read += batch.length;
  });
  const elapsedMs = await timed(async () => {
    for (let event = 0; event < events; event++) {
      await bus.project(`/lcm/w${event % 500}/k${event % 10_000}`, { version: event + 1, status: 'RUNNING' });
    }
    while (read < events) await new Promise(setImmediate);
  });
  stop.abort();
  await Promise.all(watching);
  return Math.round((events * 1_000) / elapsedMs);
}
