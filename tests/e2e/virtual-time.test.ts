import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Day, simulateDay } from './virtual-day.ts';

const SESSIONS = 30;
/** Of real time for one day, on a machine that is busy with other things. */
const PATIENCE_MS = 240_000;

describe('a day on virtual time', () => {
  let day: Day;
  let seconds: number;
  beforeAll(async () => {
    const started = systemClock.monotonic();
    day = await simulateDay(1, SESSIONS);
    seconds = (systemClock.monotonic() - started) / 1000;
  }, PATIENCE_MS);

  it('ends every session as its candidate deserves', () => {
    expect(day.ended).toHaveLength(SESSIONS);
    expect(
      day.ended.map(({ candidate, session: { status, ending, gradeResult } }) => [
        candidate.deed,
        status,
        ending?.outcome,
        gradeResult,
      ]),
    ).toEqual(
      day.ended.map(({ candidate, expected: { status, outcome, result } }) => [
        candidate.deed,
        status,
        outcome,
        result,
      ]),
    );
  });

  it('has every lab ready before its slot, and the fleet away in the evening', () => {
    const late = day.ended.filter(
      ({ session: { readyAt, timeslot } }) => readyAt !== undefined && readyAt > timeslot.start,
    );
    expect(late.map(({ session }) => session.id)).toEqual([]);
    expect(day.left).toEqual([]);
    expect(day.instances).toBeGreaterThan(0);
    expect(day.problems).toEqual([]);
  });

  it('takes a fraction of the time', () => {
    expect(day.hours).toBeGreaterThan(10);
    expect(seconds * 60).toBeLessThan(day.hours * 3_600);
    if (process.env['VERBOSE'])
      console.info(`${day.hours} h in ${seconds} s, ${day.events.length} events, ${day.instances} instances`);
  });

  it('goes the same way twice, and another way from another seed', { timeout: 2 * PATIENCE_MS }, async () => {
    const again = await simulateDay(1, SESSIONS);
    expect(firstDifference(day.events, again.events)).toBeUndefined();
    const other = await simulateDay(2, SESSIONS);
    expect(firstDifference(day.events, other.events)).toBeDefined();
  });
});

/** Where two logs part, with what came just before. */
function firstDifference(one: readonly string[], other: readonly string[]) {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index++)
    if (one[index] !== other[index])
      return {
        index,
        before: one.slice(Math.max(0, index - 3), index),
        one: one[index],
        other: other[index],
      };
  return undefined;
}
