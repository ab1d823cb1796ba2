import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { expect, it } from 'vitest';
import { Remembered } from './remembered.ts';

it('is read once for all who ask within a second, and again after a change or that second', async () => {
  const clock = new VirtualClock();
  let read = 0;
  const remembered = new Remembered(clock, async () => ++read);
  expect(await Promise.all([remembered.get(), remembered.get()])).toEqual([1, 1]);
  remembered.forget();
  expect(await remembered.get()).toBe(2);
  await clock.advance(999);
  expect(await remembered.get()).toBe(2);
  await clock.advance(1);
  expect(await remembered.get()).toBe(3);
});

it('what changes while it is read is not kept', async () => {
  let value = 'old';
  let go = () => {};
  const remembered = new Remembered(new VirtualClock(), async () => {
    const seen = value;
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    return seen;
  });
  const first = remembered.get();
  value = 'new';
  remembered.forget();
  go();
  expect(await first).toBe('old');
  const second = remembered.get();
  go();
  expect(await second).toBe('new');
});

it('a failure is not remembered', async () => {
  let fails = true;
  const remembered = new Remembered(new VirtualClock(), async () => {
    if (fails) throw new Error('the store is gone');
    return 'there';
  });
  await expect(remembered.get()).rejects.toThrow('gone');
  fails = false;
  expect(await remembered.get()).toBe('there');
});
