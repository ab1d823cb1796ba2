import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { silent, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { sceneOn, TEMPLATE } from '@lcm/control-plane-api/scene.fixture.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { type RunningScheduler, startScheduler } from '@lcm/resource-scheduler/service.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { simulateDay } from '../e2e/virtual-day.ts';
import { type Fate, failingStore, fatesAtRandom } from './failing-store.ts';
import { report } from './figures.ts';
import { overCommitments, unclaimed } from './ledger-judge.ts';
import { contradictions } from './log-judge.ts';
import { patient } from './patient.ts';

/** Calls of the life that each fate meets; every one of them with `LCM_STORE_RUNS` large enough. */
const RUNS = Number(process.env['LCM_STORE_RUNS'] ?? 4);
/** Seeds of whole days, and the shares of calls that go wrong in them. */
const LONG = process.env['LCM_RACE_LONG'] === '1';
const DAYS: readonly (readonly [seed: number, share: number])[] = LONG
  ? [
      [1, 0.02],
      [2, 0.05],
      [3, 0.1],
    ]
  : [[1, 0.03]];
const FATES: readonly Fate[] = ['failsBefore', 'failsAfter', 'busy', 'slow'];

describe('a store of which one call', { timeout: 60_000 }, () => {
  let on: TestPlane;
  let scheduler: RunningScheduler;
  afterEach(async () => {
    const stopping = scheduler.stop();
    await on.clock.advance(30_000);
    await stopping;
    await on.stop();
  });

  let calls = 0;
  it('never fails, is called so often', async () => {
    calls = await life('answered', Number.POSITIVE_INFINITY);
    expect(calls).toBeGreaterThan(100);
  });

  it.each(FATES.flatMap((fate) => Array.from({ length: RUNS }, (_, run): [Fate, number] => [fate, run])))(
    '%s loses no update and leaves nothing stuck: %i',
    async (fate, run) => {
      await life(fate, 1 + Math.floor(((run + 0.5) * calls) / RUNS));
    },
  );

  /** Bookings that are placed, changed and cancelled, and their worker's end; the n-th call meets that fate. */
  async function life(fate: Fate, call: number): Promise<number> {
    let armedAt = Number.POSITIVE_INFINITY;
    let made = 0;
    on = await startTestPlane({
      seenStore: (store) =>
        failingStore(store, clockOf(), (_method, number) => {
          if (number < armedAt) return 'answered';
          made += 1;
          return made === call ? fate : 'answered';
        }),
    });
    armedAt = 0;
    const { clock, store } = on;
    scheduler = startScheduler({
      client: on.controller,
      bus: on.bus,
      clock,
      random: seededRandom(1),
      log: silent,
      marginMs: 0,
    });
    const whole = { ...on, admin: patient(on.admin, clock), controller: patient(on.controller, clock) };
    const { admin } = whole;
    const scene = sceneOn(whole);
    const done = async <T>(work: Promise<T>): Promise<T> => {
      let over = false;
      const settled = work.finally(() => {
        over = true;
      });
      settled.catch(() => {}); // it is awaited below
      await clock.until(() => over, 120_000);
      return settled;
    };
    const stateOf = async (id: string) => (await store.load<Session>('session', id))?.state;
    await done(scene.definition());
    await done(
      admin.workerTemplates.create({ body: { ...TEMPLATE, licenceType: 'ENTERPRISE', maxNodes: 100 } }),
    );
    await done(admin.settings.change({ body: { maxSessionsPerOwner: 2 } }));
    await clock.advance(10_000);
    const [first, second] = [await done(scene.book(3)), await done(scene.book(4))];
    const both = [first, second];
    await clock.until(async () => (await stateOf(first.id))?.status === 'SCHEDULED', 300_000);
    await clock.until(async () => (await stateOf(second.id))?.status === 'SCHEDULED', 300_000);
    await done(admin.sessions.extend({ params: { id: first.id }, body: { end: scene.at(5) } }));
    await done(
      admin.sessions.reschedule({
        params: { id: second.id },
        body: { start: scene.at(12), end: scene.at(13) },
      }),
    );
    for (const { id } of both) await done(admin.sessions.cancel({ params: { id }, body: {} }));
    for (const one of both) await done(scene.step(one, { type: 'markStopped' }));
    for (const { id } of both)
      await clock.until(async () => (await stateOf(id))?.status === 'TERMINATED', 600_000);
    // Both seats of the quota are free again.
    await clock.advance(5_000);
    const third = [await done(scene.book(3)), await done(scene.book(3))];
    for (const { id } of third)
      await clock.until(async () => (await stateOf(id))?.status === 'SCHEDULED', 300_000);
    await clock.advance(150_000);
    expect(await contradictions(store)).toEqual([]);
    expect(await overCommitments(store)).toEqual([]);
    expect(await unclaimed(store)).toEqual({ claims: [], reservations: [] });
    expect(await store.count('session')).toBe(4);
    return made;
  }

  const clockOf = () => ({
    now: () => on.clock.now(),
    monotonic: () => on.clock.monotonic(),
    sleep: (ms: number, signal?: AbortSignal) => on.clock.sleep(ms, signal),
    after: (ms: number, callback: () => void) => on.clock.after(ms, callback),
  });
});

describe('a day on a store that fails, before an effect and after, is busy or slow', () => {
  it.each(DAYS)(
    'ends every session as it should be (seed %i, share %f)',
    { timeout: 240_000 },
    async (seed, share) => {
      const fate = fatesAtRandom(seededRandom(seed), share);
      const count: Record<Fate, number> = { answered: 0, failsBefore: 0, failsAfter: 0, busy: 0, slow: 0 };
      const day = await simulateDay(seed, LONG ? 10 : 3, {
        settings: { idleDetection: { enabled: true, timeoutSeconds: 600 }, stoppedRetentionSeconds: 600 },
        store: (inner, clock) => {
          const begins = clock.now();
          return failingStore(inner, clock, (method) => {
            const one = clock.now() > begins ? fate(method) : 'answered';
            count[one] += 1;
            return one;
          });
        },
        people: (system) => ({ ...system, api: patient(system.api, system.clock) }),
      });
      report(`a failing store, seed ${seed}`, count);
      const endings = day.ended.map(({ session: { status, ending } }) => [status, ending?.outcome]);
      expect(endings).toEqual(day.ended.map(({ expected }) => [expected.status, expected.outcome]));
      expect(day.left).toEqual([]);
      expect(await contradictions(day.store)).toEqual([]);
      expect(await overCommitments(day.store)).toEqual([]);
      expect(await unclaimed(day.store)).toEqual({ claims: [], reservations: [] });
    },
  );
});
