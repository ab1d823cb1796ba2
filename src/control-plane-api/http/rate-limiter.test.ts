import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressKey, RateLimiter } from './rate-limiter.ts';

it('lets a minute of requests through at once, then as many as come back', async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(clock);
  const take = () => limiter.take('ann', 6).allowed;
  expect(Array.from({ length: 8 }, take)).toEqual([true, true, true, true, true, true, false, false]);
  expect(limiter.take('ann', 6)).toMatchObject({ remaining: 0, resetSeconds: 60, retrySeconds: 10 });
  await clock.advance(10_000);
  expect([take(), take()]).toEqual([true, false]);
  await clock.advance(60_000);
  expect(limiter.take('ann', 6)).toMatchObject({ allowed: true, remaining: 5, resetSeconds: 10 });
});

it('counts each caller apart', () => {
  const limiter = new RateLimiter(new VirtualClock());
  expect(limiter.take('ann', 1).allowed).toBe(true);
  expect(limiter.take('bob', 1).allowed).toBe(true);
  expect(limiter.take('ann', 1).allowed).toBe(false);
});

it('takes a heavy request for as many as it is, and one too heavy for any budget for a full one', () => {
  const limiter = new RateLimiter(new VirtualClock());
  expect(limiter.take('ann', 10, 4).remaining).toBe(6);
  expect(limiter.take('ann', 10, 7)).toMatchObject({ allowed: false, remaining: 6, retrySeconds: 6 });
  expect(limiter.take('bob', 10, 500)).toMatchObject({ allowed: true, remaining: 0 });
});

it('never lets more through within any minute than twice a burst, whenever they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 150 }),
      async (budget, pauses) => {
        const clock = new VirtualClock();
        const limiter = new RateLimiter(clock);
        const passed: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause);
          if (limiter.take('ann', budget).allowed) passed.push(clock.monotonic());
        }
        for (const from of passed)
          expect(passed.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(
            2 * budget,
          );
      },
    ),
    { numRuns: 30 },
  );
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('the address %s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
