import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { nothing, PREFIX, setUp, stopped } from './controller.fixture.ts';

describe('a controller', () => {
  it('reconciles what was there, what comes and what changes', async () => {
    const { clock, start, put, runsOf } = setUp();
    await put('before');
    start(nothing);
    await clock.advance(100);
    expect(runsOf('before')).toBe(1);
    await put('after');
    await clock.advance(10);
    await put('after', 2);
    await clock.advance(10);
    expect(runsOf('after')).toBe(2);
  });

  it('looks again when it is asked to, and at every resync', async () => {
    const { clock, start, put, began } = setUp();
    await put('asks');
    await put('silent');
    start(async (id) => (id === 'asks' ? { againInMs: 1_000 } : undefined));
    await clock.advance(20_000);
    expect(began.filter(({ id }) => id === 'asks').length).toBeGreaterThanOrEqual(20);
    expect(began.filter(({ id }) => id === 'silent')).toHaveLength(1);
    await clock.advance(600_000);
    const silent = began.filter(({ id }) => id === 'silent').length;
    expect(silent).toBeGreaterThanOrEqual(18);
    expect(silent).toBeLessThanOrEqual(24);
  });

  it('forgets what is gone, even while it fails', async () => {
    const { clock, memory, start, put, runsOf } = setUp();
    await put('a');
    start(async () => {
      throw new Refusal('unavailable', 'no answer');
    });
    await clock.advance(100);
    await memory.remove(`${PREFIX}a`, 1);
    await clock.advance(600_000);
    expect(runsOf('a')).toBe(1);
  });

  it('keeps one bad object from stopping the others, and complains about it once', async () => {
    const { clock, log, start, put, runsOf } = setUp();
    for (const id of ['bad', 'good-1', 'good-2']) await put(id);
    let version = 1;
    start(async (id) => {
      if (id === 'bad') throw new Error('cannot be read');
    });
    for (let turn = 0; turn < 10; turn++) {
      await clock.advance(30_000);
      version += 1;
      await put('good-1', version);
      await put('good-2', version);
    }
    expect(runsOf('good-1')).toBeGreaterThanOrEqual(10);
    expect(runsOf('good-2')).toBeGreaterThanOrEqual(10);
    expect(runsOf('bad')).toBeGreaterThan(3);
    expect(log.lines.filter(({ facts }) => facts['id'] === 'bad')).toHaveLength(1);
  });

  it('complains anew when something else is wrong, or the same after it was well', async () => {
    const { clock, log, start, put } = setUp();
    const messages = ['first', 'first', 'second', undefined, 'second'];
    start(async () => {
      const message = messages.shift();
      if (message) throw new Refusal('unavailable', message);
      return { againInMs: 1_000 };
    });
    await put('a');
    await clock.advance(120_000);
    const complaints = log.lines
      .filter(({ facts }) => facts['id'] === 'a')
      .map(({ facts }) => String(facts['err']));
    expect(complaints).toEqual(['Refusal: first', 'Refusal: second', 'Refusal: second']);
  });

  it('looks again soon after a conflict, with patience after trouble', async () => {
    const { clock, start, put, began } = setUp();
    const at = async (code: 'staleVersion' | 'unavailable') => {
      const { controller } = start(
        async () => {
          throw new Refusal(code, 'no');
        },
        { name: code },
      );
      began.length = 0;
      await clock.advance(3_000);
      await clock.until(stopped(controller));
      return began.length;
    };
    await put('a');
    expect(await at('staleVersion')).toBeGreaterThan(4);
    expect(await at('unavailable')).toBeLessThanOrEqual(4);
  });

  it('makes other ids due where a source says so', async () => {
    const { clock, memory, start, runsOf } = setUp();
    start(nothing, {
      watch: [
        { from: PREFIX },
        {
          from: '/lcm/workers/',
          idsOf: ({ value }) => (value['sessions'] as string[]).map((id) => `of-${id}`),
        },
      ],
    });
    await clock.advance(100);
    await memory.project('/lcm/workers/w', { version: 1, sessions: ['a', 'b'] });
    await memory.project('/lcm/workers/broken', { version: 1 });
    await clock.advance(10);
    expect([runsOf('of-a'), runsOf('of-b')]).toEqual([1, 1]);
    await memory.remove('/lcm/workers/w', 1);
    await clock.advance(10);
    expect([runsOf('of-a'), runsOf('of-b')]).toEqual([2, 2]);
  });

  it('keeps standing ids going', async () => {
    const { clock, start, runsOf } = setUp();
    start(nothing, { standing: ['sweep'], resyncMs: 10_000 });
    await clock.advance(60_000);
    expect(runsOf('sweep')).toBeGreaterThanOrEqual(6);
  });

  it('does what an operator triggers at once, and says when it is not its own to do', async () => {
    const { clock, start, put, runsOf } = setUp();
    const { controller } = start(async () => {
      throw new Refusal('unavailable', 'no answer');
    });
    expect(controller.trigger('a')).toBe(false);
    await put('a');
    await clock.advance(100);
    expect(controller.trigger('a')).toBe(true);
    await clock.advance(1);
    expect(runsOf('a')).toBe(2);
  });

  it('begins nothing while it is paused, and catches up afterwards', async () => {
    const { clock, start, put, runsOf } = setUp();
    let paused = true;
    start(nothing, { paused: () => paused });
    for (const id of ['a', 'b', 'c']) await put(id);
    await clock.advance(60_000);
    expect(['a', 'b', 'c'].map(runsOf)).toEqual([0, 0, 0]);
    paused = false;
    await clock.advance(1_100);
    expect(['a', 'b', 'c'].map(runsOf)).toEqual([1, 1, 1]);
  });

  it('counts what it does', async () => {
    const { clock, start, put } = setUp();
    for (const id of ['well', 'ill', 'slow']) await put(id);
    const observed: string[] = [];
    const { controller } = start(
      async (id) => {
        if (id === 'ill') throw new Error('no');
        if (id === 'slow') await clock.sleep(400);
      },
      { observe: ({ id, outcome, durationMs }) => observed.push(`${id} ${outcome} ${durationMs}`) },
    );
    await clock.advance(100);
    expect(controller.stats()).toMatchObject({ underWay: 1, delayed: 1, heldPartitions: 64, partitions: 64 });
    await clock.advance(350);
    expect(controller.stats()).toMatchObject({
      underWay: 0,
      reconciles: { succeeded: 2, failed: 1, conflicted: 0, dropped: 0 },
      durationMs: { sum: 400, max: 400 },
    });
    expect(observed.sort()).toEqual(['ill failed 0', 'slow succeeded 400', 'well succeeded 0']);
  });
});

describe('stopping a controller', () => {
  it('lets what is under way finish, begins nothing more and gives its partitions back', async () => {
    const { clock, memory, start, put, began } = setUp();
    let finished = 0;
    const { controller } = start(
      async () => {
        await clock.sleep(3_000);
        finished += 1;
      },
      { concurrency: 1 },
    );
    await put('a');
    await put('b');
    await clock.advance(100);
    await clock.until(stopped(controller));
    expect(finished).toBe(1);
    expect(began).toHaveLength(1);
    expect((await memory.list('/lcm/lablet-controller/')).entries).toEqual([]);
  });

  it('aborts at the deadline what takes too long, and leaves behind what does not listen', async () => {
    const { clock, log, start, put } = setUp();
    const aborted: unknown[] = [];
    const { controller } = start(async (id, { signal }) => {
      if (id === 'deaf') return clock.sleep(3_600_000);
      await clock.sleep(3_600_000, signal).catch((reason: unknown) => {
        aborted.push(reason);
        throw reason;
      });
    });
    await put('listens');
    await put('deaf');
    await clock.advance(100);
    const from = clock.monotonic();
    await clock.until(stopped(controller, 5_000));
    expect(clock.monotonic() - from).toBeLessThan(8_000);
    expect(aborted).toHaveLength(1);
    const left = log.lines.find(({ level }) => level === 'error');
    expect(left?.facts['ids']).toEqual(['deaf']);
  });
});

describe('a run on virtual time', () => {
  it('repeats itself exactly under the same seed', async () => {
    const traceOf = async (seed: number) => {
      const { clock, start, put, began } = setUp({ seed });
      const random = seededRandom(seed + 1);
      start(async () => {
        await clock.sleep(random.next() * 100);
        if (random.next() < 0.3) throw new Refusal('unavailable', 'no answer');
        return { againInMs: random.next() * 10_000 };
      });
      for (let number = 0; number < 20; number++) await put(`ses-${number}`);
      await clock.advance(120_000);
      return began;
    };
    const first = await traceOf(7);
    expect(first.length).toBeGreaterThan(100);
    expect(await traceOf(7)).toEqual(first);
    expect(await traceOf(8)).not.toEqual(first);
  });
});
