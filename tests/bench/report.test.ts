import { describe, expect, it } from 'vitest';
import { judge, tableOf } from './report.ts';
import { percentile } from './statistics.ts';

describe('a number that was measured', () => {
  it('is held against its goal by its value, or by its ratio to what was measured beside it', () => {
    const latency = { name: 'watch-latency-p99', unit: 'ms' as const };
    expect(judge({ ...latency, value: 20 })).toMatchObject({ met: true });
    expect(judge({ ...latency, value: 20.1 })).toMatchObject({ met: false });
    const bookings = { name: 'booking-http', unit: '1/s' as const, value: 600 };
    expect(judge({ ...bookings, limit: 1_000 })).toMatchObject({ ratio: 0.6, met: true });
    expect(judge({ ...bookings, limit: 1_200 })).toMatchObject({ ratio: 0.5, met: false });
  });

  it('is neither met nor missed without a goal', () => {
    expect(judge({ name: 'of no concern', unit: 'MB', value: 1 })).not.toHaveProperty('met');
  });

  it('misses its goal, not meets it, where what it is compared with was not measured', () => {
    expect(judge({ name: 'booking-http', unit: '1/s', value: 600 })).toMatchObject({ met: false });
  });

  it('says in the table whether it is met, except in the short mode', () => {
    const results = [judge({ name: 'cold-start', unit: 'ms', value: 2_000 })];
    expect(tableOf(results, false)).toMatch(/cold-start +2,000 ms +≤ 1,500 +MISSED$/);
    expect(tableOf(results, true)).toMatch(/cold-start +2,000 ms$/);
  });
});

describe('a percentile', () => {
  it('is the value that this share of all are not above', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 0.5, 0.95, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 50, 95, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(() => percentile([], 0.5)).toThrow('nothing was measured');
  });
});
