import type { CommitOutcome } from '@lcm/core/spi/state-store.ts';
import { describe, expect, it } from 'vitest';
import { change, type StoreInTest } from './store-in-test.ts';

/** Atomicity, versions, races. */
export function describeCommits(under: StoreInTest): void {
  describe('committing', () => {
    it('keeps what was committed, with its version, fences and events', async () => {
      const fences = { 'scheduler/3': 7 };
      const outcome = await under.put({ ...change('s1', 0, { status: 'PENDING', n: 1 }), fences });
      expect(outcome).toEqual([{ status: 'committed', version: 1 }]);
      expect(await under.store.load('session', 's1')).toEqual({
        kind: 'session',
        id: 's1',
        version: 1,
        state: { status: 'PENDING', n: 1 },
        fences,
      });
    });

    it('knows nothing of an aggregate that was never committed', async () => {
      expect(await under.store.load('session', 'nobody')).toBeUndefined();
      expect(await under.store.history('session', 'nobody', 0, 10)).toEqual([]);
    });

    it('keeps kinds apart that share an id', async () => {
      await under.put(change('x', 0, { of: 'session' }), {
        ...change('x', 0, { of: 'worker' }),
        kind: 'worker',
      });
      expect((await under.store.load('session', 'x'))?.state).toEqual({ of: 'session' });
      expect((await under.store.load('worker', 'x'))?.state).toEqual({ of: 'worker' });
      expect(await under.store.history('worker', 'x', 0, 10)).toHaveLength(1);
    });

    it('counts versions up by one', async () => {
      await under.put(change('s1', 0));
      expect(await under.put(change('s1', 1))).toEqual([{ status: 'committed', version: 2 }]);
      expect(await under.put(change('s1', 2))).toEqual([{ status: 'committed', version: 3 }]);
    });

    it('turns down a change that was decided on another version, and says which is in the way', async () => {
      await under.put(change('s1', 0, { n: 1 }));
      await under.put(change('s1', 1, { n: 2 }));
      expect(await under.put(change('s1', 1, { n: 'late' }))).toEqual([
        { status: 'stale', actualVersion: 2 },
      ]);
      expect(await under.put(change('s1', 0, { n: 'new' }))).toEqual([{ status: 'stale', actualVersion: 2 }]);
      expect(await under.put(change('s2', 4))).toEqual([{ status: 'stale', actualVersion: 0 }]);
      expect((await under.store.load('session', 's1'))?.state).toEqual({ n: 2 });
      expect(await under.store.load('session', 's2')).toBeUndefined();
      expect(await under.store.history('session', 's1', 0, 10)).toHaveLength(2);
    });

    it('judges each change of a commit by itself', async () => {
      await under.put(change('old', 0));
      const outcomes = await under.put(change('a', 0), change('old', 7), change('b', 0));
      expect(outcomes).toEqual([
        { status: 'committed', version: 1 },
        { status: 'stale', actualVersion: 1 },
        { status: 'committed', version: 1 },
      ]);
      expect(await under.store.load('session', 'a')).toBeDefined();
      expect(await under.store.load('session', 'b')).toBeDefined();
    });

    it('lets the second of two changes to one aggregate stand only if it follows on the first', async () => {
      expect(await under.put(change('a', 0), change('a', 0))).toEqual([
        { status: 'committed', version: 1 },
        { status: 'stale', actualVersion: 1 },
      ]);
      expect(await under.put(change('b', 0), change('b', 1))).toEqual([
        { status: 'committed', version: 1 },
        { status: 'committed', version: 2 },
      ]);
    });

    it('takes a commit of nothing', async () => {
      expect(await under.put()).toEqual([]);
    });

    it('takes a change without events', async () => {
      await under.put({ ...change('s1', 0), events: [] });
      expect((await under.store.load('session', 's1'))?.version).toBe(1);
      expect(await under.store.headOfLog()).toBe(0);
    });

    it('keeps what it was given, whatever becomes of that', async () => {
      const state = { list: ['a'] };
      await under.put(change('s1', 0, state));
      state.list.push('changed by the writer');
      expect((await under.store.load('session', 's1'))?.state).toEqual({ list: ['a'] });
      await under.put(change('s1', 1, { list: ['b'] }));
      expect((await under.store.load('session', 's1'))?.state).toEqual({ list: ['b'] });
    });

    it('keeps any text as it is', async () => {
      const state = { text: `'"\\ \u0000 \u{1f600} \ud7ff`, nested: { 'a.b': [null, 1.5, true] } };
      await under.put(change(`id '"%_\u{1f600}`, 0, state));
      expect((await under.store.load('session', `id '"%_\u{1f600}`))?.state).toEqual(state);
    });

    it('has one winner per version when a hundred commit at once', async () => {
      await under.put(change('s1', 0, { winner: -1 }));
      for (let version = 1; version <= 5; version++) {
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, n) => under.put(change('s1', version, { winner: n }))),
        );
        const winners = outcomes.flatMap(([one], n) => (one?.status === 'committed' ? [n] : []));
        expect(winners).toHaveLength(1);
        expect(outcomes.flat().filter(isStale(version + 1))).toHaveLength(99);
        expect((await under.store.load('session', 's1'))?.state).toEqual({ winner: winners[0] });
      }
      expect(await under.store.history('session', 's1', 0, 100)).toHaveLength(6);
    });

    it('takes many aggregates at once without losing one', async () => {
      await Promise.all(Array.from({ length: 1_000 }, (_, n) => under.put(change(`s${n}`, 0))));
      expect(await under.store.count('session')).toBe(1_000);
      const log = await under.store.readLog(0, 2_000);
      expect(new Set(log.map(({ id }) => id)).size).toBe(1_000);
    });

    it('loads several in the order asked for and leaves out those that do not exist', async () => {
      await under.put(change('a', 0), change('b', 0), change('c', 0));
      const loaded = await under.store.loadMany('session', ['c', 'nobody', 'a']);
      expect(loaded.map(({ id }) => id)).toEqual(['c', 'a']);
    });

    it('tells listeners after something was committed, until they leave', async () => {
      let calls = 0;
      const leave = under.store.onCommit(() => {
        calls++;
      });
      await under.put(change('a', 0));
      await turn();
      expect(calls).toBe(1);
      await under.put(change('a', 0));
      await turn();
      expect(calls).toBe(1);
      leave();
      await under.put(change('a', 1));
      await turn();
      expect(calls).toBe(1);
    });
  });
}

const isStale = (actualVersion: number) => (outcome: CommitOutcome) =>
  outcome.status === 'stale' && outcome.actualVersion === actualVersion;

const turn = () => new Promise((resolve) => setImmediate(resolve));
