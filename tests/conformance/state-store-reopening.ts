import { KINDS } from '@lcm/core/domain/kinds.ts';
import { describe, expect, it } from 'vitest';
import { change, event, refusalOf, type Shapes, type StoreInTest } from './store-in-test.ts';

const FACTS = {
  operation: 'sessions.book',
  actor: { issuer: 'https://idp', subject: 'u-1', username: 'ada', roles: ['user'] },
  events: ['changed', 'other'],
  differences: [{ field: '/status', from: 'PENDING', to: 'SCHEDULED' }],
};

/** What another store finds over the same content. */
export function describeReopening(under: StoreInTest): void {
  describe('opened again', () => {
    it('has its documents, log and cursors', async () => {
      await under.put({ ...change('a', 0, { n: 1 }), events: [event('created'), event('started')] });
      await under.store.saveCursor('relay', 2);
      await under.reopen();
      expect((await under.store.load('session', 'a'))?.state).toEqual({ n: 1 });
      expect(await under.store.readCursor('relay')).toBe(2);
      await under.put(change('a', 1, { n: 2 }));
      expect((await under.store.history('session', 'a', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      const log = await under.store.readLog(0, 10);
      expect(log).toHaveLength(3);
      expect(await under.store.headOfLog()).toBe(log.at(-1)?.cursor);
    });

    it('gives the audit facts of a change to readers of the log, also after a restart, until they are forgotten', async () => {
      const audited = { ...event('changed'), audit: FACTS };
      await under.put({ ...change('a', 0), events: [audited, event('other')] });
      await under.put({ ...change('b', 0), events: [audited] });
      const facts = async () => (await under.store.readLog(0, 10)).map(({ audit }) => audit);
      expect(await facts()).toEqual([FACTS, undefined, FACTS]);
      await under.reopen();
      expect(await facts()).toEqual([FACTS, undefined, FACTS]);
      expect((await under.store.history('session', 'a', 0, 10))[0]).not.toHaveProperty('audit');
      await under.store.forgetAuditFacts(2);
      await under.reopen();
      expect(await facts()).toEqual([undefined, undefined, FACTS]);
      expect((await under.store.readLog(0, 10))[0]).not.toHaveProperty('audit');
    });

    it('lifts documents to the shape of today wherever they are read, and writes that', async () => {
      await under.put(change('a', 0, { name: 'x' }));
      const lifted = { name: 'x', second: 2, third: 3 };
      await under.reopen(
        shaped(3, [
          (state) => ({ ...Object(state), second: 2 }),
          (state) => ({ ...Object(state), third: 3 }),
        ]),
      );
      expect((await under.store.load('session', 'a'))?.state).toEqual(lifted);
      expect((await under.store.loadMany('session', ['a']))[0]?.state).toEqual(lifted);
      expect((await under.store.list('session', { limit: 1 })).items[0]?.state).toEqual(lifted);
      await under.put(change('a', 1, { name: 'y' }));
      expect((await under.store.load('session', 'a'))?.state).toEqual({ name: 'y' });
    });

    it('lists older documents by their fields of today', async () => {
      await under.put(change('a', 0, { state: 'RUNNING' }), change('b', 0, { state: 'ARCHIVED' }));
      await under.reopen(
        shaped(2, [(older) => ({ ...Object(older), status: Reflect.get(Object(older), 'state') })]),
      );
      expect(await under.ids({ where: { status: 'RUNNING' }, limit: 5 })).toEqual(['a']);
      expect(await under.ids({ sort: { field: 'status', direction: 'asc' }, limit: 5 })).toEqual(['b', 'a']);
    });

    it('refuses a document that a newer version wrote, and still has it afterwards', async () => {
      await under.reopen(shaped(2, [(state) => state]));
      await under.put(change('a', 0, { name: 'x' }));
      await under.reopen();
      expect(await refusalOf(under.store.load('session', 'a'))).toMatchObject({ code: 'unavailable' });
      await under.reopen(shaped(2, [(state) => state]));
      expect((await under.store.load('session', 'a'))?.state).toEqual({ name: 'x' });
    });

    it('finds older documents by a field that was not indexed before', async () => {
      await under.put(change('a', 0, { colour: 'red' }), change('b', 0, { colour: 'blue' }));
      await under.reopen({ ...KINDS, session: { ...KINDS.session, indexes: [['colour']] } });
      expect(await under.ids({ where: { colour: 'blue' }, limit: 5 })).toEqual(['b']);
    });

    it('finishes what was handed in before it was closed', async () => {
      const outcomes = Promise.all(Array.from({ length: 10 }, (_, n) => under.put(change(`s${n}`, 0))));
      await under.store.close();
      expect((await outcomes).flat()).toHaveLength(10);
      await under.reopen();
      expect(await under.store.headOfLog()).toBeGreaterThan(0);
      expect(await under.store.count('session')).toBe(10);
    });
  });
}

const shaped = (schemaNumber: number, upcasts: ((state: unknown) => unknown)[]): Shapes => ({
  ...KINDS,
  session: { ...KINDS.session, schemaNumber, upcasts },
});
