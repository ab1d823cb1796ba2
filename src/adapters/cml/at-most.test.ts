import { expect, it } from 'vitest';
import { atMost } from './at-most.ts';

it('lets so many go on at once, and the others in the order in which they came', async () => {
  const inTurn = atMost(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) =>
    inTurn(() => {
      begun.push(number);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const all = [1, 2, 3, 4].map(work);
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  await all[1];
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  ends[2]?.();
  await all[2];
  expect(begun).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  await Promise.all(all);
});

it('gives the turn on after a failure', async () => {
  const inTurn = atMost(1);
  await expect(
    inTurn(async () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await inTurn(async () => 'yes')).toBe('yes');
});
