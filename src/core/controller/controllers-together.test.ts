import { describe, expect, it } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { nothing, setUp, stopped } from './controller.fixture.ts';

describe('controllers together', () => {
  it('never work on the same id at the same time, and leave none behind, as members come and go', async () => {
    const { clock, start, put, began } = setUp();
    const underWay = new Map<string, number>();
    let overlaps = 0;
    const begin = () =>
      start(
        async (id, { signal }) => {
          underWay.set(id, (underWay.get(id) ?? 0) + 1);
          if ((underWay.get(id) ?? 0) > 1) overlaps += 1;
          await clock.sleep(700, signal).finally(() => underWay.set(id, (underWay.get(id) ?? 0) - 1));
          return { againInMs: 2_000 };
        },
        { marginMs: 2_000, concurrency: 100 },
      );
    const ids = Array.from({ length: 100 }, (_, number) => `ses-${number}`);
    for (const id of ids) await put(id);
    const first = begin();
    await clock.advance(15_000);
    const second = begin();
    await clock.advance(15_000);
    first.bus.hanging = true;
    first.bus.breakWatches();
    await clock.advance(40_000);
    const third = begin();
    await clock.advance(20_000);
    await clock.until(stopped(second.controller));
    const from = clock.monotonic();
    await clock.advance(10_000);
    expect(overlaps).toBe(0);
    expect(new Set(began.filter(({ at }) => at > from).map(({ id }) => id)).size).toBe(100);
    expect(third.controller.stats().heldPartitions).toBe(64);
  });

  it('let a late holder prove nothing: its fence is refused here, or else by its token', async () => {
    const { clock, start, put } = setUp();
    const fences: unknown[] = [];
    const { bus } = start(async (_, context) => {
      fences.push(context.fence().token);
      await clock.sleep(60_000);
      try {
        fences.push(context.headers());
      } catch (error) {
        fences.push(error);
        throw error;
      }
    });
    await put('a');
    await clock.advance(1_000);
    bus.down = true;
    await clock.advance(70_000);
    expect(fences[0]).toBeTypeOf('number');
    expect(fences[1]).toMatchObject({ code: 'staleFence' });
  });

  it('give a partition up, and claim it anew under a greater token, when they are told that theirs is stale', async () => {
    const { clock, start, put } = setUp();
    const tokens: number[] = [];
    start(async (_, { fence }) => {
      tokens.push(fence().token);
      if (tokens.length === 1) throw new Refusal('staleFence', 'somebody was here under a later token');
    });
    await put('a');
    await clock.advance(5_000);
    expect(tokens).toHaveLength(2);
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? 0);
  });

  it('may share one membership', async () => {
    const { clock, start, memory, put, runsOf } = setUp();
    const { controller } = start(nothing);
    start(nothing, { watch: [{ from: '/lcm/workers/' }], partitions: controller.partitions });
    await put('session');
    await memory.project('/lcm/workers/worker', { version: 1 });
    await clock.advance(100);
    expect([runsOf('session'), runsOf('worker')]).toEqual([1, 1]);
    expect((await memory.list('/lcm/lablet-controller/members/')).entries).toHaveLength(1);
  });
});
