import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { startScheduler } from '@lcm/resource-scheduler/service.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, runningWorkers, slotIn } from './scene.ts';
import { median, nowMs } from './statistics.ts';

export const names = ['placement-end-to-end', 'placement-latency-p50'];

/** Starts that the sessions are spread over. */
const SLOTS = 20;
const PATIENCE_MS = 120_000;
/** Sessions of one batch of the limit; a round's batches are about as large. */
const BATCH = 250;

/**
 * Sessions placed a second, each durably SCHEDULED in an SQLite file, by the real scheduler through the
 * internal API: from its start, so with its election and its first picture of the fleet. The limit is the store
 * itself: three commits per session with nothing decided, in batches as large. Then, on the fleet that is so full,
 * how long one booking takes from its commit to the commit that schedules it.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [sessions, workers] = short ? [100, 10] : [2_000, 100];
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  await runningWorkers(plane, workers);
  const definitionId = await aDefinition(plane);
  await book(plane, definitionId, sessions);
  const before = nowMs();
  const scheduler = startScheduler({
    client: plane.controller,
    bus: plane.bus,
    clock: systemClock,
    random: systemRandom,
    log: plane.log,
    marginMs: 0,
  });
  try {
    await untilScheduled(plane, sessions);
    const elapsedMs = nowMs() - before;
    const { rounds } = scheduler.stats();
    const note = `${sessions} sessions, ${workers} workers, ${rounds.rounds} rounds`;
    const latencies = await oneByOne(plane, definitionId, short ? 3 : 30);
    return [
      {
        name: 'placement-end-to-end',
        value: (sessions * 1_000) / elapsedMs,
        unit: '1/s',
        limit: await bareCommits(plane, sessions),
        note,
      },
      { name: 'placement-latency-p50', value: median(latencies), unit: 'ms', note: `after ${note}` },
    ];
  } finally {
    await scheduler.stop();
  }
}

/** Milliseconds from the commit of a booking until its session is durably SCHEDULED, for one after the other. */
async function oneByOne(plane: BenchPlane, definitionId: string, times: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let time = 0; time < times; time++) {
    const { id } = await plane.admin.sessions.book({ body: { definitionId, ...slotIn(2 + (time % SLOTS)) } });
    const booked = plane.store.durableAt.get(`session/${id}`) ?? nowMs();
    const deadline = nowMs() + PATIENCE_MS;
    while ((await plane.store.load<Session>('session', id))?.state.status !== 'SCHEDULED') {
      if (nowMs() > deadline) throw new Error(`session ${id} was not placed within ${PATIENCE_MS} ms`);
      await systemClock.sleep(1);
    }
    latencies.push((plane.store.durableAt.get(`session/${id}`) ?? nowMs()) - booked);
  }
  return latencies;
}

/** Sessions a second for which three commits as large can be made durable, if nobody thinks about them. */
async function bareCommits({ store }: BenchPlane, sessions: number): Promise<number> {
  const page = await store.list<Session>('session', { where: { status: 'SCHEDULED' }, limit: 1_000 });
  const states = page.items.map(({ state }) => state);
  const event = {
    type: 'bench.written',
    at: new Date(0).toISOString(),
    by: 'bench',
    data: { filler: 'x'.repeat(300) },
  };
  const ids = Array.from({ length: sessions }, (_, number) => `bare-${number}`);
  const before = nowMs();
  for (let begin = 0; begin < sessions; begin += BATCH) {
    const batch = ids.slice(begin, begin + BATCH);
    for (let expectedVersion = 0; expectedVersion < 3; expectedVersion++) {
      await store.commit(
        batch.map((id, number) => ({
          kind: 'session' as const,
          id,
          expectedVersion,
          state: states[number % states.length],
          fences: {},
          events: [event],
        })),
      );
    }
  }
  return (sessions * 1_000) / (nowMs() - before);
}

async function book(plane: BenchPlane, definitionId: string, sessions: number): Promise<void> {
  const starts = Array.from({ length: SLOTS }, (_, slot) => slotIn(2 + slot));
  for (let booked = 0; booked < sessions; booked += SLOTS) {
    const wave = starts.slice(0, sessions - booked);
    await Promise.all(wave.map((slot) => plane.admin.sessions.book({ body: { definitionId, ...slot } })));
  }
}

async function untilScheduled({ store }: BenchPlane, sessions: number): Promise<void> {
  const deadline = nowMs() + PATIENCE_MS;
  while ((await store.count('session', { status: 'SCHEDULED' })) < sessions) {
    if (nowMs() > deadline) throw new Error(`not all were placed within ${PATIENCE_MS} ms`);
    await systemClock.sleep(5);
  }
}
