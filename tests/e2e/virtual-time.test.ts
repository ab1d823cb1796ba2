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

  it('ends every session as its candidate deserves, and leaves nothing behind', () => {
    expectRight(day);
  });

  it('has every lab ready before its slot', () => {
    const ready = day.ended.filter(({ session }) => session.readyAt !== undefined);
    expect(ready.length).toBeGreaterThan(SESSIONS / 2);
    expect(ready.filter(({ session: { readyAt = '', timeslot } }) => readyAt > timeslot.start)).toEqual([]);
  });

  it('takes a fraction of the time', () => {
    expect(day.hours).toBeGreaterThan(6);
    expect(seconds * 60).toBeLessThan(day.hours * 3_600);
  });

  it('goes the same way again from the same seed', { timeout: PATIENCE_MS }, async () => {
    const again = await simulateDay(1, SESSIONS);
    expect(firstDifference(day.events, again.events)).toBeUndefined();
  });

  it('goes another way from another seed, and ends right too', { timeout: PATIENCE_MS }, async () => {
    const other = await simulateDay(2, SESSIONS);
    expect(firstDifference(day.events, other.events)).toBeDefined();
    expectRight(other);
  });
});

function expectRight({ ended, left, instances, problems }: Day): void {
  const deeds = ended.map(({ candidate: { deed, definition } }) => `${deed} ${definition}`);
  expect(
    ended.map(({ session: { status, ending, gradeResult } }, index) => [
      deeds[index],
      status,
      ending?.outcome,
      gradeResult,
    ]),
  ).toEqual(
    ended.map(({ expected: { status, outcome, result } }, index) => [deeds[index], status, outcome, result]),
  );
  expect(ended).toHaveLength(SESSIONS);
  expect(left).toEqual([]);
  expect(instances).toBeGreaterThan(0);
  expect(problems).toEqual([]);
}

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
