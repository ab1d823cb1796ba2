import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Day, simulateDay } from '../e2e/virtual-day.ts';
import { quantile, report } from './figures.ts';
import { overCommitments, unclaimed } from './ledger-judge.ts';
import { contradictions } from './log-judge.ts';
import { type FaultCount, unreliableBus, type WatchFaults } from './unreliable-bus.ts';

/** `LCM_RACE_LONG=1`: more sessions, every fault by itself, and listings as often as the product has them: ten minutes. */
const LONG = process.env['LCM_RACE_LONG'] === '1';
const SESSIONS = LONG ? 8 : 5;
const SEED = 11;
/** What a watch has missed is repaired by then. */
const RESYNC_MS = LONG ? 30_000 : 120_000;
/** A fleet that drains soon makes a short day. */
const SETTINGS = { idleDetection: { enabled: true, timeoutSeconds: 600 }, stoppedRetentionSeconds: 600 };
/** A listing comes a tenth late at most, and what it makes due is spread over half of a resync. */
const REPAIRED_MS = 1.6 * RESYNC_MS;
/** Candidates look every two minutes: what is late for them comes late by as much more. */
const LOOK_MS = 120_000;

const EVERYTHING: readonly [string, WatchFaults] = [
  'lost, doubled, late and compacted away',
  { lost: 0.1, doubled: 0.1, late: 0.1, compacted: 0.05 },
];
const ONE_BY_ONE: readonly (readonly [string, WatchFaults])[] = [
  ['lost, one in five', { lost: 0.2 }],
  ['doubled, one in three', { doubled: 0.3 }],
  ['late, one in three', { late: 0.3 }],
  ['compacted away, one in ten', { compacted: 0.1 }],
  ['lost, every one', { lost: 1 }],
];

describe('a day on a bus whose watch events are', () => {
  let whole: Day;
  beforeAll(async () => {
    whole = await simulateDay(SEED, SESSIONS, { resyncMs: RESYNC_MS, settings: SETTINGS });
  }, 240_000);

  it.each([EVERYTHING, ...(LONG ? ONE_BY_ONE : [])])(
    '%s ends every session as it should be, a little later at most',
    { timeout: 240_000 },
    async (name, faults) => {
      const count: FaultCount = { events: 0, lost: 0, doubled: 0, late: 0, compacted: 0 };
      const random = seededRandom(SEED);
      const day = await simulateDay(SEED, SESSIONS, {
        resyncMs: RESYNC_MS,
        settings: SETTINGS,
        bus: (inner) => unreliableBus(inner, random, faults, count),
      });
      expect(endings(day)).toEqual(day.ended.map(({ expected }) => expected));
      expect(day.left).toEqual([]);
      expect(await contradictions(day.store)).toEqual([]);
      expect(await overCommitments(day.store)).toEqual([]);
      expect(await unclaimed(day.store)).toEqual({ claims: [], reservations: [] });
      const extraMs = day.ended.map((one, index) => lifeMs(one) - lifeMs(whole.ended[index]));
      const steps = Math.max(...day.ended.map(({ session }) => session.history.length));
      report(`watch events ${name}`, {
        events: count.events,
        lost: count.lost,
        doubled: count.doubled,
        late: count.late,
        compacted: count.compacted,
        'extra p50 s': quantile(extraMs, 0.5) / 1_000,
        'extra max s': Math.max(...extraMs) / 1_000,
      });
      // At each step of its life somebody may have missed that it is due.
      expect(Math.max(...extraMs)).toBeLessThanOrEqual(steps * REPAIRED_MS + LOOK_MS);
    },
  );
});

const endings = (day: Day) =>
  day.ended.map(({ session: { status, ending, gradeResult }, expected }) => ({
    status,
    outcome: ending?.outcome,
    ...('result' in expected ? { result: gradeResult } : {}),
  }));

/** From booking to the final state. */
function lifeMs(one: Day['ended'][number] | undefined): number {
  const history = one?.session.history ?? [];
  return Date.parse(history.at(-1)?.at ?? '') - Date.parse(history[0]?.at ?? '');
}
