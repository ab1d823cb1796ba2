import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { systemSettingsValues } from '@lcm/core/domain/settings.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { afterEach, expect, it } from 'vitest';
import { startLabletController } from './service.ts';

const BOOKINGS = 500;
/** Far enough for many resyncs. */
const AHEAD_MS = 600_000;

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A controller of sessions that are placed on a worker for later, and how often it reads each. */
async function bookingsForLater() {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const bus = new MemoryBus({ clock });
  const heldFrom = iso(clock.now() + AHEAD_MS);
  const project = (key: string, value: object) => bus.project(key, { version: 1, ...value });
  await project('/lcm/workers/w-1', { status: 'RUNNING' });
  for (let number = 0; number < BOOKINGS; number++)
    await project(`/lcm/sessions/s-${number}`, { status: 'SCHEDULED', workerId: 'w-1', heldFrom });
  const reads: string[] = [];
  const client = createClient(contract, {
    baseUrl: '',
    fetch: async (url) => {
      if (url.includes('/settings')) return Response.json(systemSettingsValues.parse({}));
      if (url.includes('/sessions/')) reads.push(url);
      return Response.json(
        { type: 'urn:lcm:problem:notFound', title: 'not here', status: 404 },
        { status: 404 },
      );
    },
  });
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent };
  const never = () => {
    throw new Error('nothing of this is asked here');
  };
  const controller = startLabletController({
    client,
    bus,
    clock,
    random: seededRandom(1),
    log: silent,
    cml: never,
    consoles: { run: never },
    engines: { builtin: { submit: never, result: never } },
    content: new MemoryContentStore(),
    installation: 'test',
    marginMs: 0,
  });
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1_000) {
      await clock.advance(Math.min(1_000, left));
      await new Promise(setImmediate);
    }
  };
  ended.push(async () => {
    const stopped = controller.stop(1_000);
    await pass(2_000);
    await stopped;
    await bus.close();
  });
  return { clock, bus, project, heldFrom, reads, pass };
}

it('bookings for later are not read at all until their time', async () => {
  const { reads, pass } = await bookingsForLater();
  await pass(5 * 60_000);
  expect(reads).toEqual([]);
});

it('a booking is read when its time has come', async () => {
  const { reads, pass, clock, heldFrom } = await bookingsForLater();
  await pass(Date.parse(heldFrom) - clock.now() - 1_000);
  expect(reads).toEqual([]);
  await pass(2_000);
  expect(new Set(reads).size).toBe(BOOKINGS);
});

it('a booking is read when it is brought forward, and when its worker is lost', async () => {
  const { reads, pass, project, clock } = await bookingsForLater();
  await pass(60_000);
  const version = 2;
  await project('/lcm/sessions/s-7', {
    version,
    status: 'SCHEDULED',
    workerId: 'w-1',
    heldFrom: iso(clock.now()),
  });
  await pass(1_000);
  expect(new Set(reads)).toEqual(new Set(['/api/internal/sessions/s-7']));
  await project('/lcm/workers/w-1', { version, status: 'FAILED' });
  await pass(1_000);
  expect(new Set(reads).size).toBe(BOOKINGS);
});
