import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { silent, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { sceneOn, TEMPLATE } from '@lcm/control-plane-api/scene.fixture.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import { type RunningScheduler, startScheduler } from '@lcm/resource-scheduler/service.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { withLeasesOfItsOwn } from '../e2e/own-leases.ts';
import { report } from './figures.ts';
import { Freezable } from './freezable.ts';
import { overCommitments, unclaimed } from './ledger-judge.ts';
import { contradictions, everyOne } from './log-judge.ts';
import { countingStale } from './stale-writes.ts';

/** Calls at which a scheduler is frozen; every one of them with `LCM_FREEZE_RUNS` large enough. */
const RUNS = Number(process.env['LCM_FREEZE_RUNS'] ?? 4);
const SESSIONS = 25;
const FROZEN_MS = 60_000;

let on: TestPlane;
let schedulers: RunningScheduler[];
afterEach(async () => {
  const stopping = schedulers.map((scheduler) => scheduler.stop());
  await on.clock.advance(30_000);
  await Promise.all(stopping);
  await on.stop();
});

describe('a scheduler that is frozen past its lease and wakes up', { timeout: 60_000 }, () => {
  let calls = 0;
  let refused = 0;
  let doubled = 0;

  it('never, makes so many calls', async () => {
    calls = (await hour(1_000_000, 'before')).calls;
    expect(calls).toBeGreaterThan(10);
  });

  it.each(Array.from({ length: RUNS }, (_, index) => index))(
    'at any call places nothing twice and nothing stale: %i',
    async (index) => {
      const call = 1 + Math.floor(((index + 0.5) * calls) / RUNS);
      const one = await hour(call, index % 2 === 0 ? 'before' : 'after');
      expect(one.frozen).toBe(true);
      refused += one.refused;
      doubled += one.extraWorkers;
    },
  );

  it('makes no worker that nobody needs', () => {
    report('a frozen scheduler', {
      runs: RUNS,
      'stale writes refused': refused,
      'workers too many': doubled,
    });
    expect(doubled).toBe(0);
  });
});

describe('two schedulers that both believe they hold every partition', () => {
  it('place each session once and over-commit nothing', async () => {
    await begin();
    const both = [counted(on.bus), counted(withLeasesOfItsOwn(on.bus, on.clock, 1_000_000))];
    schedulers = both.map(({ start }) => start());
    // One after the other, from their first moment on: each is seen by both at the same time.
    for (let booked = 0; booked < SESSIONS; booked++) {
      await sceneOn(on).book(3);
      await pass(500);
    }
    await pass(300_000);
    expect(schedulers.map((one) => one.stats().controller.heldPartitions)).toEqual([8, 8]);
    await expectPlacedOnce(SESSIONS);
    const placed = schedulers.map((one) => one.stats().rounds.placed);
    const refused = both.map((one) => one.refused());
    report('two schedulers with every partition', {
      'placed by the earlier': placed[0] ?? 0,
      'placed by the later': placed[1] ?? 0,
      'stale writes refused': refused.reduce((sum, one) => sum + one, 0),
    });
    expect(refused.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
  });
});

/** Sessions are booked, placed, some cancelled; the first scheduler is frozen at its n-th call. */
async function hour(call: number, when: 'before' | 'after') {
  await begin();
  const sleeper = new Freezable(on.clock);
  let [calls, frozen] = [0, false];
  const first = counted(on.bus, sleeper, (at) => {
    if (at === 'before') calls += 1;
    if (frozen || calls < call || at !== when) return;
    frozen = true;
    sleeper.freeze();
    on.clock.after(FROZEN_MS, () => sleeper.thaw());
    schedulers.push(counted(on.bus).start());
  });
  schedulers.push(first.start());
  await on.clock.advance(5_000);
  const scene = sceneOn(on);
  const booked: SessionView[] = [];
  for (let index = 0; index < SESSIONS; index++) {
    booked.push(await scene.book(3 + (index % 3)));
    await on.clock.advance(100);
  }
  await pass(60_000);
  for (const { id } of booked.slice(0, 5)) {
    await on.admin.sessions.cancel({ params: { id }, body: {} });
    const { state } = await on.controller.internal.sessions.get({ params: { id } });
    if (state.status === 'STOPPING') await scene.step(state, { type: 'markStopped' });
  }
  await pass(FROZEN_MS + 400_000);
  await expectPlacedOnce(SESSIONS - 5);
  const made = (await on.admin.workers.list({ query: {} })).items.filter(
    ({ status }) => status !== 'TERMINATED',
  );
  const used = new Set(
    (await everyOne<Session>(on.store, 'session')).flatMap(({ state }) => state.placement?.workerId ?? []),
  );
  return { calls, frozen, refused: first.refused(), extraWorkers: made.length - used.size };
}

async function expectPlacedOnce(count: number): Promise<void> {
  const sessions = await everyOne<Session>(on.store, 'session');
  const waiting = sessions.filter(({ state }) => !['SCHEDULED', 'TERMINATED'].includes(state.status));
  expect(waiting.map(({ state }) => [state.status, state.decision?.reason])).toEqual([]);
  expect(sessions.filter(({ state }) => state.status === 'SCHEDULED')).toHaveLength(count);
  expect(await unclaimed(on.store)).toEqual({ claims: [], reservations: [] });
  expect(await overCommitments(on.store)).toEqual([]);
  expect(await contradictions(on.store)).toEqual([]);
}

async function begin(): Promise<void> {
  on = await startTestPlane();
  schedulers = [];
  await sceneOn(on).definition();
  await on.admin.workerTemplates.create({ body: { ...TEMPLATE, licenceType: 'ENTERPRISE', maxNodes: 16 } });
}

/** Milliseconds that a request, and an answer, is on its way at most. */
const LATENCY_MS = 60;

/** A client whose calls take their time, so that two schedulers read before either has written. */
function slow<T extends object>(client: T, random: Random): T {
  const wait = () => on.clock.sleep(random.next() * LATENCY_MS);
  return new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'object' && member !== null) return slow(member, random);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        await wait();
        try {
          return await Reflect.apply(member, target, given);
        } finally {
          await wait();
        }
      };
    },
  });
}

/** A scheduler whose late writes are counted. */
function counted(
  bus: StateBus,
  process = new Freezable(on.clock),
  onCall?: (when: 'before' | 'after') => void,
) {
  let refused = 0;
  const random = seededRandom(schedulers.length + 1);
  const client = countingStale(slow(on.controller, random), () => {
    refused += 1;
  });
  return {
    refused: () => refused,
    start: () =>
      startScheduler({
        client: process.holding(client, onCall),
        bus: process.bus(bus),
        clock: process.clock,
        random,
        log: silent,
      }),
  };
}

/** Time goes by in small steps, as it does. */
async function pass(ms: number): Promise<void> {
  const step = Math.max(250, ms / 200);
  for (let gone = 0; gone < ms; gone += step) await on.clock.advance(step);
}
