import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

let clock: VirtualClock;
let lots: string[][];
let gathering: Gathering<number, number>;
let takesMs: number;

beforeEach(() => {
  clock = new VirtualClock();
  lots = [];
  takesMs = 0;
  gathering = new Gathering({
    clock,
    idleMs: 20,
    longestMs: 200,
    run: async (items) => {
      lots.push([...items.keys()]);
      if (takesMs > 0) await clock.sleep(takesMs);
      if (items.has('bad')) throw new Error('no');
      return new Map([...items].map(([key, value]) => [key, value * 2]));
    },
  });
});

describe('gathering', () => {
  it('deals with what comes within moments in one lot, and answers each', async () => {
    const answers = Promise.all([gathering.add('a', 1), gathering.add('b', 2)]);
    await clock.advance(20);
    expect(await answers).toEqual([2, 4]);
    expect(lots).toEqual([['a', 'b']]);
  });

  it('does not wait for ever where something comes all the time', async () => {
    for (let number = 0; number < 30; number++) {
      gathering.add(`k${number}`, number).catch(() => {});
      await clock.advance(10);
    }
    expect(lots.length).toBe(1);
    expect(lots[0]?.length).toBeGreaterThanOrEqual(20);
  });

  it('keeps what comes while a lot is under way for the next', async () => {
    takesMs = 500;
    const first = gathering.add('a', 1);
    await clock.advance(20);
    const second = gathering.add('b', 2);
    await clock.advance(400);
    expect(lots).toEqual([['a']]);
    await clock.advance(700);
    expect(await Promise.all([first, second])).toEqual([2, 4]);
    expect(lots).toEqual([['a'], ['b']]);
  });

  it('goes on after a lot that failed', async () => {
    const failed = expect(gathering.add('bad', 1)).rejects.toThrow('no');
    await clock.advance(20);
    await failed;
    const next = gathering.add('a', 1);
    await clock.advance(20);
    expect(await next).toBe(2);
  });
});
