import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorkQueue, type WorkOutcome, type WorkQueueOptions } from './work-queue.ts';

const DONE: WorkOutcome = { kind: 'done' };
const FAILED: WorkOutcome = { kind: 'failed' };

/** A queue on virtual time, and when it worked on what. */
function setUp(work: WorkQueueOptions['work'], more: Partial<WorkQueueOptions> = {}) {
  const clock = new VirtualClock();
  const began: { id: string; at: number }[] = [];
  const thrown: unknown[] = [];
  const queue = createWorkQueue({
    clock,
    random: seededRandom(1),
    concurrency: 10,
    work: (id) => {
      began.push({ id, at: clock.monotonic() });
      return work(id);
    },
    onThrow: (_, error) => thrown.push(error),
    ...more,
  });
  return { clock, queue, began, thrown, ids: () => began.map(({ id }) => id) };
}

describe('a work queue', () => {
  it('works once on an id that was added many times before its turn', async () => {
    const { queue, clock, ids } = setUp(async () => DONE, { concurrency: 1 });
    queue.add('first');
    for (let turn = 0; turn < 5; turn++) queue.add('second');
    await clock.advance(0);
    expect(ids()).toEqual(['first', 'second']);
  });

  it('works on an id again, and only afterwards, when it is added while under way', async () => {
    const { queue, clock, began } = setUp(async () => {
      await clock.sleep(100);
      return DONE;
    });
    queue.add('a');
    await clock.advance(50);
    queue.add('a');
    queue.add('a');
    await clock.advance(1_000);
    expect(began).toEqual([
      { id: 'a', at: 0 },
      { id: 'a', at: 100 },
    ]);
  });

  it('works on no more ids at once than it may', async () => {
    let underWay = 0;
    let most = 0;
    const { queue, clock, ids } = setUp(
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await clock.sleep(10);
        underWay -= 1;
        return DONE;
      },
      { concurrency: 3 },
    );
    for (let id = 0; id < 20; id++) queue.add(`id-${id}`);
    await clock.advance(1_000);
    expect(most).toBe(3);
    expect(ids()).toHaveLength(20);
  });

  it('waits as long as it was told to, and takes the earlier of two times', async () => {
    const { queue, clock, began } = setUp(async () => DONE);
    queue.addAfter('a', 500);
    queue.addAfter('a', 200);
    queue.addAfter('a', 900);
    await clock.advance(10_000);
    expect(began).toEqual([{ id: 'a', at: 200 }]);
  });

  it('looks again when the work asks for it, or at once when something changes before', async () => {
    const { queue, clock, began } = setUp(async () => ({ kind: 'done', againInMs: 1_000 }));
    queue.add('a');
    await clock.advance(1_500);
    queue.add('a');
    await clock.advance(1_000);
    expect(began.map(({ at }) => at)).toEqual([0, 1_000, 1_500, 2_500]);
  });

  it('waits longer with each failure, up to a minute', async () => {
    let fails = 12;
    const { queue, clock, began } = setUp(async () => (fails-- > 0 ? FAILED : DONE));
    queue.add('a');
    await clock.advance(3_600_000);
    const waits = began.slice(1).map(({ at }, index) => at - (began[index]?.at ?? 0));
    expect(waits).toHaveLength(12);
    waits.forEach((wait, failures) => {
      const fullMs = Math.min(60_000, 1_000 * 2 ** failures);
      expect(wait).toBeGreaterThanOrEqual(fullMs / 2 - 1);
      expect(wait).toBeLessThanOrEqual(fullMs + 1);
    });
  });

  it('begins with the shortest back-off again once the work has succeeded', async () => {
    const outcomes: WorkOutcome[] = [
      FAILED,
      FAILED,
      FAILED,
      FAILED,
      { kind: 'done', againInMs: 5_000 },
      FAILED,
    ];
    const { queue, clock, began } = setUp(async () => outcomes.shift() ?? DONE);
    queue.add('a');
    await clock.advance(3_600_000);
    expect(began).toHaveLength(7);
    expect((began.at(-1)?.at ?? 0) - (began.at(-2)?.at ?? 0)).toBeLessThanOrEqual(1_001);
  });

  it('lets a change cut a long back-off short, but never below its first step, lest a failure feed itself', async () => {
    const { queue, clock, began } = setUp(async () => {
      // Each failure shows up as a change of the very thing that failed.
      queue.add('a');
      return FAILED;
    });
    queue.add('a');
    await clock.advance(60_000);
    expect(began.length).toBeGreaterThan(50);
    expect(began.length).toBeLessThanOrEqual(121);
  });

  it('does what an operator asks for at once, whatever the back-off', async () => {
    const { queue, clock, began } = setUp(async () => FAILED);
    queue.add('a');
    await clock.advance(0);
    queue.add('a', { urgent: true });
    await clock.advance(0);
    expect(began.map(({ at }) => at)).toEqual([0, 0]);
  });

  it('counts a throw as a failure and tells of it', async () => {
    const { queue, clock, began, thrown } = setUp(async () => {
      throw new Error('broken');
    });
    queue.add('a');
    await clock.advance(1_000);
    expect(began.length).toBeGreaterThanOrEqual(2);
    expect(thrown[0]).toMatchObject({ message: 'broken' });
  });

  it('forgets what is gone, whether it waits, is ready or under way', async () => {
    const { queue, clock, ids } = setUp(
      async () => {
        await clock.sleep(100);
        return FAILED;
      },
      { concurrency: 1 },
    );
    queue.add('underWay');
    queue.add('ready');
    queue.addAfter('delayed', 50);
    await clock.advance(10);
    for (const id of ['underWay', 'ready', 'delayed']) queue.forget(id);
    await clock.advance(600_000);
    expect(ids()).toEqual(['underWay']);
    expect(queue.stats()).toEqual({ ready: 0, delayed: 0, underWay: 0 });
  });

  it('works on an id that comes back after it was forgotten', async () => {
    const { queue, clock, ids } = setUp(
      async () => {
        await clock.sleep(100);
        return DONE;
      },
      { concurrency: 1 },
    );
    queue.add('a');
    queue.add('b');
    await clock.advance(10);
    queue.forget('a');
    queue.add('a');
    queue.forget('b');
    queue.add('b');
    await clock.advance(1_000);
    expect(ids().sort()).toEqual(['a', 'a', 'b']);
  });

  it('begins nothing while it is paused', async () => {
    const { queue, clock, ids } = setUp(async () => DONE);
    queue.pause();
    queue.add('a');
    queue.addAfter('b', 100);
    await clock.advance(1_000);
    expect(ids()).toEqual([]);
    queue.resume();
    await clock.advance(0);
    expect(ids()).toEqual(['a', 'b']);
  });

  it('stops when what is under way has ended, and begins nothing more', async () => {
    const { queue, clock, ids } = setUp(
      async () => {
        await clock.sleep(100);
        return { kind: 'done', againInMs: 10 };
      },
      { concurrency: 1 },
    );
    queue.add('a');
    queue.add('b');
    await clock.advance(10);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await clock.advance(50);
    expect(stopped).toBe(false);
    await clock.advance(50);
    await stopping;
    queue.add('c');
    await clock.advance(10_000);
    expect(ids()).toEqual(['a']);
  });

  it('loses no wish and never works twice at a time, whatever comes when', async () => {
    const wish = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      at: fc.integer({ min: 0, max: 2_000 }),
      how: fc.constantFrom('add', 'urgent', 'after', 'forget' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 40 }), fc.integer(), async (wishes, seed) => {
        const random = seededRandom(seed);
        const underWay = new Set<string>();
        const overlaps: string[] = [];
        const { queue, clock, began } = setUp(
          async (id) => {
            if (underWay.has(id)) overlaps.push(id);
            underWay.add(id);
            await clock.sleep(Math.floor(random.next() * 300));
            underWay.delete(id);
            return random.next() < 0.3 ? FAILED : DONE;
          },
          { concurrency: 2 },
        );
        const sorted = [...wishes].sort((a, b) => a.at - b.at);
        for (const { id, at, how } of sorted) {
          await clock.advance(at - clock.monotonic());
          if (how === 'forget') queue.forget(id);
          else if (how === 'after') queue.addAfter(id, 100);
          else queue.add(id, { urgent: how === 'urgent' });
        }
        await clock.advance(600_000);
        expect(overlaps).toEqual([]);
        expect(queue.stats()).toEqual({ ready: 0, delayed: 0, underWay: 0 });
        for (const id of new Set(sorted.map((one) => one.id))) {
          const last = sorted.findLast((one) => one.id === id);
          if (last && last.how !== 'forget')
            expect(began.some((run) => run.id === id && run.at >= last.at)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
