import { describe, expect, it } from 'vitest';
import { change, event, type StoreInTest } from './store-in-test.ts';

/** The log of events and where its readers left off. */
export function describeLog(under: StoreInTest): void {
  describe('the log', () => {
    it('gives events in order with cursors that grow, from any cursor on', async () => {
      await under.put({ ...change('a', 0), events: [event('created'), event('started')] });
      await under.put(change('b', 0));
      await under.put({ ...change('a', 1), events: [{ ...event('ended'), correlationId: 'c-1' }] });
      const log = await under.store.readLog(0, 100);
      expect(log.map(({ id, seq, version, type }) => [id, seq, version, type])).toEqual([
        ['a', 1, 1, 'created'],
        ['a', 2, 1, 'started'],
        ['b', 1, 1, 'changed'],
        ['a', 3, 2, 'ended'],
      ]);
      const cursors = log.map(({ cursor }) => cursor);
      expect(cursors).toEqual([...new Set(cursors)].sort((x, y) => x - y));
      expect(await under.store.readLog(cursors[1] ?? 0, 1)).toEqual(log.slice(2, 3));
      expect(await under.store.readLog(cursors[3] ?? 0, 10)).toEqual([]);
      expect(await under.store.headOfLog()).toBe(cursors[3]);
    });

    it('gives an event back as it was appended', async () => {
      const given = { ...event('changed'), data: { type: 'changed', reason: 'x' }, correlationId: 'c-9' };
      await under.put({ ...change('a', 0), events: [given, event('other')] });
      const [first, second] = await under.store.readLog(0, 2);
      expect(first).toEqual({
        ...given,
        cursor: first?.cursor,
        kind: 'session',
        id: 'a',
        seq: 1,
        version: 1,
      });
      expect(second).not.toHaveProperty('correlationId');
    });

    it('is empty at first', async () => {
      expect(await under.store.headOfLog()).toBe(0);
      expect(await under.store.readLog(0, 10)).toEqual([]);
    });

    it('tells the history of one aggregate', async () => {
      for (let version = 0; version < 5; version++)
        await under.put(change('a', version), change('b', version));
      const history = await under.store.history('session', 'a', 2, 2);
      expect(history.map(({ id, seq, version }) => [id, seq, version])).toEqual([
        ['a', 3, 3],
        ['a', 4, 4],
      ]);
    });

    it('shows a reader no event of a change that failed', async () => {
      await under.put(change('a', 0), change('a', 0));
      expect(await under.store.readLog(0, 10)).toHaveLength(1);
    });

    it('remembers where a reader left off', async () => {
      expect(await under.store.readCursor('relay')).toBe(0);
      await under.store.saveCursor('relay', 41);
      await under.store.saveCursor('relay', 42);
      await under.store.saveCursor('audit', 7);
      expect(await under.store.readCursor('relay')).toBe(42);
      expect(await under.store.readCursor('audit')).toBe(7);
    });
  });
}
