import { describe, expect, it } from 'vitest';
import { minute, workerWorld } from '../e2e/workers/world.ts';
import { Freezable } from './freezable.ts';
import { contradictions } from './log-judge.ts';
import { countingStale } from './stale-writes.ts';
import { expectGone, type Stray, straysOf } from './strays.ts';

/** Calls of a worker's life at which its controller is frozen; every one of them with `LCM_FREEZE_RUNS` large enough. */
const RUNS = Number(process.env['LCM_FREEZE_RUNS'] ?? 4);
/** Many times the lease, so that somebody else has taken over and gone on. */
const FROZEN_MS = 2 * minute;
/** An instance that no worker claims is an orphan after ten minutes, looked for every two. */
const STRAY_MS = 15 * minute;

describe('a worker controller that is frozen past its lease and wakes up', { timeout: 60_000 }, () => {
  let calls = 0;
  let refused = 0;
  const strays: Stray[] = [];

  it('never, makes so many calls', async () => {
    calls = (await life(1_000_000, 'before')).calls;
    expect(calls).toBeGreaterThan(40);
  });

  it.each(Array.from({ length: RUNS }, (_, index) => index))(
    'at any call writes nothing stale and leaves no second instance or seat: %i',
    async (index) => {
      const call = 1 + Math.floor(((index + 0.5) * calls) / RUNS);
      const one = await life(call, index % 2 === 0 ? 'after' : 'before');
      expect(one.frozen).toBe(true);
      refused += one.refused;
      strays.push(...one.strays);
    },
  );

  it('leaves strays outside for a while only', () => {
    expectGone('a frozen worker controller', { runs: RUNS, refused, strays, withinMs: STRAY_MS });
  });
});

/** A worker from wish to termination, with a stop and a start between; its controller is frozen at its n-th call. */
async function life(call: number, when: 'before' | 'after') {
  const on = await workerWorld();
  const sleeper = new Freezable(on.clock);
  let [calls, refused, frozen] = [0, 0, false];
  const onCall = (at: 'before' | 'after') => {
    if (at === 'before') calls += 1;
    if (frozen || calls < call || at !== when) return;
    frozen = true;
    sleeper.freeze();
    on.clock.after(FROZEN_MS, () => sleeper.thaw());
    on.start();
  };
  const first = on.start((whole) => ({
    ...whole,
    clock: sleeper.clock,
    bus: sleeper.bus(whole.bus),
    client: sleeper.holding(
      countingStale(whole.client, () => (refused += 1)),
      onCall,
    ),
    cloud: sleeper.holding(whole.cloud, onCall),
    cml: sleeper.holding(whole.cml, onCall),
  }));
  const id = await on.serving();
  await on.admin.workers.stop({ params: { id }, body: {} });
  await on.until(id, 'STOPPED');
  await on.admin.workers.start({ params: { id }, body: {} });
  await on.until(id, 'RUNNING');
  await on.admin.workers.terminate({ params: { id }, body: {} });
  await on.until(id, 'TERMINATED');
  const made = calls;
  await on.clock.advance(Math.max(FROZEN_MS, STRAY_MS));
  expect(on.open()).toEqual([]);
  expect([...(await on.seats()), ...(await on.places())]).toEqual([]);
  expect(await contradictions(on.store)).toEqual([]);
  const purpose = ({ kind }: { kind: string }) =>
    kind === 'instance' || kind === 'licenceSeat' ? 'the worker' : undefined;
  const strays = straysOf(on.world.ledger.all(), purpose, on.clock.now());
  await on.stop(first);
  return { calls: made, frozen, refused, strays };
}
