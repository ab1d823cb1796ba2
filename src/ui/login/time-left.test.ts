import { expect, it } from 'vitest';
import { timeLeft } from './time-left.ts';

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
const ends = { idleEndsAt: at(30), absoluteEndsAt: at(600), warningSeconds: 300 };

it('warns so long before a login ends for want of a sign', () => {
  expect(timeLeft(ends, 0)).toEqual({ ms: 1_800_000, warnInMs: 1_500_000, canStay: true });
  expect(timeLeft(ends, 26 * 60_000)).toEqual({ ms: 240_000, warnInMs: 0, canStay: true });
});

it('says where nothing helps: the login ends whatever happens', () => {
  expect(timeLeft({ ...ends, idleEndsAt: at(600) }, 599 * 60_000)).toEqual({
    ms: 60_000,
    warnInMs: 0,
    canStay: false,
  });
});

it('has nothing left afterwards', () => {
  expect(timeLeft(ends, 31 * 60_000).ms).toBe(0);
});
