import { expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

it('waits longer after each failure, from 1 s to 30 s', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => retryDelayMs(failures, 0.999_999));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it('leaves half of the wait to chance, but never less than a second', () => {
  expect(retryDelayMs(1, 0)).toBe(1_000);
  expect(retryDelayMs(6, 0)).toBe(15_000);
});
