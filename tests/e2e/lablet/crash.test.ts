import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import type { Fetch } from '@lcm/core/api/client.ts';
import { FlakyBus } from '@lcm/core/controller/fixtures.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { LAB_TRANSITIONS } from '@lcm/core/domain/lab-record.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

const NAME = 'static-routing-basics';
const seed = (await seedDefinitions()).find(({ name }) => name === NAME);
const solution = (await seedSolution(NAME)) ?? {};

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
  if (!seed) throw new Error(`there is no definition ${NAME}`);
  on = await startLablets();
  on.startController();
  const definition = await on.publish(seed);
  const workerId = await on.upWorker();
  await on.stopAll();

  const dying = dyingAt(call, tookEffect);
  on.startController(dying.dependencies);
  const { id } = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 1_800 },
  });
  await on.place(id, workerId);
  let takenOver = false;
  let solved = false;
  await on.until(
    'the end',
    async () => {
      if (dying.isDead() && !takenOver) {
        on.startController();
        takenOver = true;
      }
      const { status, userSession } = await on.session(id);
      if (status === 'READY' && userSession?.ldsSessionId) await on.sim(id, 'login');
      if (status === 'RUNNING' && !solved) {
        solved = true;
        for (const [label, configuration] of Object.entries(solution))
          await on.sim(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
        await on.sim(id, 'finish');
      }
      if (status === 'STOPPED') await on.release(id);
      return status === 'ARCHIVED';
    },
    3_600_000,
  );
  return { id, workerId, calls: dying.calls(), died: dying.isDead() };
}

async function expectNothingLeft(id: string, workerId: string) {
  expect(await on.labs.list()).toEqual([]);
  const lds = await on.ldsSessions(id);
  expect(lds.filter(({ state }) => state !== 'ARCHIVED')).toEqual([]);
  const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
  expect([ledger.reservations, ledger.ports]).toEqual([{}, {}]);
  const { items: records } = await on.admin.labRecords.list({ query: { workerId } });
  expect(records.filter(({ status }) => !isFinal(LAB_TRANSITIONS, status))).toEqual([]);
  const { items: reports } = await on.admin.sessions.scoreReports({ params: { id } });
  expect(reports).toHaveLength(1);
  return reports[0];
}

describe('a controller that dies', () => {
  let calls = 0;
  let score: number | undefined;

  test('never, makes so many calls', async () => {
    const life = await lifeWithCrash(1_000_000, false);
    calls = life.calls;
    score = (await expectNothingLeft(life.id, life.workerId))?.score;
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
      const report = await expectNothingLeft(life.id, life.workerId);
      expect(report?.score).toBe(score);
    },
    60_000,
  );
});
