import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FENCE_TEXT, type Fences, pass } from './fence.ts';
import { Refusal } from './refusal.ts';
import { attempt } from './scenario.fixture.ts';

const fence = (token: number, partition = 0) => ({ controller: 'lablet-controller', partition, token });

describe('a fence', () => {
  it('lets the holder write, and remembers it', () => {
    expect(pass({}, fence(7))).toEqual({ 'lablet-controller/0': 7 });
  });

  it('lets it write again, with nothing new to remember', () => {
    const fences = { 'lablet-controller/0': 7 };
    expect(pass(fences, fence(7))).toBe(fences);
  });

  it('refuses a holder that was followed by another', () => {
    const refused = attempt(() => pass({ 'lablet-controller/0': 8 }, fence(7)));
    expect(refused).toMatchObject({ code: 'staleFence', message: expect.stringContaining('token 8') });
  });

  it('is written with a token of microseconds since the epoch, and with none that a number does not hold', () => {
    const token = (value: number | bigint) => FENCE_TEXT.exec(`resource-scheduler/7/${value}`)?.[3];
    for (const value of [1, Date.UTC(2026, 10, 22) * 1_000, Date.UTC(2200, 0, 1) * 1_000])
      expect(token(value)).toBe(String(value));
    expect(token(BigInt(Number.MAX_SAFE_INTEGER) + 1n)).toBeUndefined();
  });

  it('keeps partitions and controllers apart', () => {
    const fences = pass(pass({}, fence(9)), fence(2, 1));
    expect(pass(fences, { ...fence(1), controller: 'worker-controller' })).toEqual({
      'lablet-controller/0': 9,
      'lablet-controller/1': 2,
      'worker-controller/0': 1,
    });
  });

  it('never goes back, whoever writes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (tokens) => {
        let fences: Fences = {};
        let highest = 0;
        for (const token of tokens) {
          const next = attempt(() => pass(fences, fence(token)));
          expect(next instanceof Refusal).toBe(token < highest);
          if (!(next instanceof Refusal)) fences = next;
          highest = Math.max(highest, token);
        }
      }),
    );
  });
});
