import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { startController } from '@lcm/core/controller/controller.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { median, nowMs, percentile } from './statistics.ts';

export const names = ['watch-latency-p50', 'watch-latency-p99'];

/** Milliseconds between two bookings, at the least. */
const PACE_MS = 5;

/** From the moment that a booking is durable to the start of a controller's reconcile of it. */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [bookings, warmUp] = short ? [50, 10] : [2_000, 200];
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  const body = { definitionId: await aDefinition(plane), ...slotIn(2) };
  const begunAt = new Map<string, number>();
  const controller = startController({
    name: 'bench',
    bus: plane.bus,
    clock: systemClock,
    random: systemRandom,
    log: plane.log,
    marginMs: 0,
    watch: [{ from: '/lcm/sessions/' }],
    reconcile: async (id) => {
      if (!begunAt.has(id)) begunAt.set(id, nowMs());
    },
  });
  try {
    while (controller.stats().heldPartitions < controller.stats().partitions) await systemClock.sleep(10);
    const latencies: number[] = [];
    for (let number = 0; number < bookings + warmUp; number++) {
      const { id } = await plane.admin.sessions.book({ body });
      const durableAt = plane.store.durableAt.get(`session/${id}`) ?? Number.NaN;
      await systemClock.sleep(PACE_MS);
      while (!begunAt.has(id)) await systemClock.sleep(1);
      if (number >= warmUp) latencies.push((begunAt.get(id) ?? Number.NaN) - durableAt);
    }
    const note = `${bookings} bookings, one after the other`;
    return [
      { name: 'watch-latency-p50', value: median(latencies), unit: 'ms', note },
      { name: 'watch-latency-p99', value: percentile(latencies, 0.99), unit: 'ms', note },
    ];
  } finally {
    await controller.stop();
  }
}
