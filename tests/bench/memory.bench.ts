import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { nowMs } from './statistics.ts';
import { type SystemProcess, startSystem } from './system-process.ts';

export const names = ['memory-idle', 'memory-busy'];

/** Bookings at once: more of them would only wait in line. */
const WAVE = 25;

/**
 * Resident memory of the system without its simulator: when nothing has happened yet, and at its most until
 * so many sessions are under way at once, their labs built and waiting for candidates, or the time is over.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [wanted, idleMs, patienceMs] = short ? [5, 1_000, 60_000] : [1_000, 15_000, 240_000];
  await using system = await startSystem();
  await system.runsAt;
  await system.withoutDelays();
  await systemClock.sleep(idleMs);
  const idle = system.residentMb();
  const busy = await whileBusy(system, wanted, patienceMs);
  return [
    { name: 'memory-idle', value: idle, unit: 'MB' },
    {
      name: 'memory-busy',
      value: busy.mostMb,
      unit: 'MB',
      note: `${busy.ready} of ${wanted} sessions READY after ${Math.round(busy.seconds)} s`,
    },
  ];
}

async function whileBusy(system: SystemProcess, wanted: number, patienceMs: number) {
  const began = nowMs();
  await system.api.settings.change({ body: { maxWorkersPerRegion: 100 } });
  for (let booked = 0; booked < wanted; booked += WAVE)
    await bookSome(system, Math.min(WAVE, wanted - booked));
  let [mostMb, ready] = [0, 0];
  while (ready < wanted && nowMs() - began < patienceMs) {
    await systemClock.sleep(1_000);
    mostMb = Math.max(mostMb, system.residentMb());
    ready = await countReady(system);
  }
  return { mostMb: Math.max(mostMb, system.residentMb()), ready, seconds: (nowMs() - began) / 1_000 };
}

const bookSome = ({ api }: SystemProcess, count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      api.sessions.book({
        body: { definition: { name: 'static-routing-basics' }, durationSeconds: 2_400 },
      }),
    ),
  );

async function countReady({ api }: SystemProcess): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await api.sessions.list({ query: { status: 'READY', limit: 200, cursor } });
    count += page.items.length;
    cursor = page.nextCursor;
  } while (cursor);
  return count;
}
