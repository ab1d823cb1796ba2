import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { startScheduler } from '@lcm/resource-scheduler/service.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, runningWorkers, slotIn } from './scene.ts';
import { nowMs } from './statistics.ts';

export const names = ['placement-end-to-end'];

/** Starts that the sessions are spread over. */
const SLOTS = 20;
const PATIENCE_MS = 120_000;

/**
 * Sessions placed a second, each durably SCHEDULED in an SQLite file, by the real scheduler through the
 * internal API: from its start, so with its election and its first picture of the fleet.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [sessions, workers] = short ? [100, 10] : [2_000, 100];
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  await runningWorkers(plane, workers);
  await book(plane, sessions);
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
    return [{ name: 'placement-end-to-end', value: (sessions * 1_000) / elapsedMs, unit: '1/s', note }];
  } finally {
    await scheduler.stop();
  }
}

async function book(plane: BenchPlane, sessions: number): Promise<void> {
  const definitionId = await aDefinition(plane);
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
