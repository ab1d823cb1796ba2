import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import type { Fetch } from '@lcm/core/api/client.ts';
import { FlakyBus } from '@lcm/core/controller/fixtures.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';
import { expectNothingLeft, NAME, playLife, type Stage } from './whole-life.ts';

const seed = (await seedDefinitions()).find(({ name }) => name === NAME);

let on: Lablets;
afterEach(() => on.stop());

/** Calls that a controller makes after it has gone: none. Whether the last one took effect is nobody's to know. */
function dyingAt(call: number, tookEffect: boolean) {
  const bus = new FlakyBus(on.bus);
  let calls = 0;
  const wrap = (ask: Fetch): Fetch => {
    return async (url, init) => {
      if (++calls < call) return ask(url, init);
      bus.down = true;
      if (calls === call && tookEffect) await ask(url, init);
      throw new TypeError('fetch failed', { cause: new Error('the process is gone') });
    };
  };
  return { dependencies: on.dependenciesOn(wrap, bus), calls: () => calls, isDead: () => bus.down };
}

/** Plays a session's whole life with a controller that dies at its n-th call, and another that takes over. */
async function lifeWithCrash(call: number, tookEffect: boolean) {
  const worker = await published();
  const dying = dyingAt(call, tookEffect);
  on.startController(dying.dependencies);
  let takenOver = false;
  const id = await playLife(on, worker, async () => {
    if (!dying.isDead() || takenOver) return;
    on.startController();
    takenOver = true;
  });
  return { id, workerId: worker.workerId, calls: dying.calls(), died: dying.isDead() };
}

/** Plays it while now and then a call fails, and nobody knows whether it took effect. */
async function lifeWithFaults(share: number, seedNumber: number) {
  const worker = await published();
  const random = seededRandom(seedNumber);
  const wrap = (ask: Fetch): Fetch => {
    return async (url, init) => {
      const fate = random.next();
      if (fate >= share) return ask(url, init);
      if (fate < share / 2) await ask(url, init);
      throw new TypeError('fetch failed', { cause: new Error('connection reset') });
    };
  };
  on.startController(on.dependenciesOn(wrap, on.bus));
  const id = await playLife(on, worker);
  return { id, workerId: worker.workerId };
}

async function published(): Promise<Stage> {
  if (!seed) throw new Error(`there is no definition ${NAME}`);
  on = await startLablets();
  on.startController();
  const definition = await on.publish(seed);
  const workerId = await on.upWorker();
  await on.stopAll();

  return { definitionId: definition.id, workerId };
}

describe('a controller that dies', () => {
  let calls = 0;
  let score: number | undefined;

  test('never, makes so many calls', async () => {
    const life = await lifeWithCrash(1_000_000, false);
    calls = life.calls;
    score = (await expectNothingLeft(on, life)).score;
    expect(calls).toBeGreaterThan(60);
    expect(score).toBeGreaterThan(0);
  }, 60_000);

  // Every call is one of these in one of the runs, given enough of them; each run takes a second.
  const share = Number(process.env['LCM_CRASH_RUNS'] ?? 12);
  test.each(Array.from({ length: share }, (_, index) => index))(
    'at any call is followed by one that ends the same: %i',
    async (index) => {
      const call = 1 + Math.floor(((index + 0.5) * calls) / share);
      const life = await lifeWithCrash(call, index % 2 === 0);
      expect(life.died).toBe(true);
      const end = await expectNothingLeft(on, life);
      expect(end).toEqual({ score, outcome: 'completed' });
    },
    60_000,
  );
});

describe('a controller whose calls fail now and then', () => {
  const runs = Number(process.env['LCM_FAULT_RUNS'] ?? 4);
  test.each(Array.from({ length: runs }, (_, index) => index + 1))(
    'comes to the same end: %i',
    async (seedNumber) => {
      const { id, workerId } = await lifeWithFaults(0.05, seedNumber);
      expect((await expectNothingLeft(on, { id, workerId })).outcome).toBe('completed');
    },
    60_000,
  );

  test.each(Array.from({ length: runs }, (_, index) => index + 1))(
    'and a session that comes to nothing with many of them leaves nothing behind: %i',
    async (seedNumber) => {
      const { id, workerId } = await lifeWithFaults(0.2, seedNumber);
      await expectNothingLeft(on, { id, workerId });
    },
    60_000,
  );
});
