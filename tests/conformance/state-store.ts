import { KINDS, type Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Change, CommitOutcome, ListQuery, NewEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Opens stores over one content: what one of them has written the next one finds. */
export interface StoreUnderTest {
  open(shapes?: Shapes): Promise<StateStore>;
  /** Removes the content. */
  discard(): Promise<void>;
}

/** How documents are shaped and indexed, by kind. */
export type Shapes = Readonly<
  Record<
    Kind,
    {
      schemaNumber: number;
      upcasts: readonly ((state: unknown) => unknown)[];
      indexes: readonly (readonly string[])[];
    }
  >
>;

/**
 * What every state store has to do, whatever is underneath.
 * @param lasting whether a store opened after another finds what that one wrote
 */
export function describeStateStore(
  name: string,
  make: () => Promise<StoreUnderTest>,
  { lasting = true } = {},
): void {
  describe(`${name} as a state store`, () => {
    let content: StoreUnderTest;
    let store: StateStore;

    beforeEach(async () => {
      content = await make();
      store = await content.open();
    });
    afterEach(async () => {
      await store.close();
      await content.discard();
    });

    const put = (...changes: Change[]) => store.commit(changes);
    const ids = async (query: ListQuery) => (await store.list('session', query)).items.map(({ id }) => id);

    describe('committing', () => {
      it('keeps what was committed, with its version, fences and events', async () => {
        const fences = { 'scheduler/3': 7 };
        const outcome = await put({ ...change('s1', 0, { status: 'PENDING', n: 1 }), fences });
        expect(outcome).toEqual([{ status: 'committed', version: 1 }]);
        expect(await store.load('session', 's1')).toEqual({
          kind: 'session',
          id: 's1',
          version: 1,
          state: { status: 'PENDING', n: 1 },
          fences,
        });
      });

      it('knows nothing of an aggregate that was never committed', async () => {
        expect(await store.load('session', 'nobody')).toBeUndefined();
        expect(await store.history('session', 'nobody', 0, 10)).toEqual([]);
      });

      it('keeps kinds apart that share an id', async () => {
        await put(change('x', 0, { of: 'session' }), { ...change('x', 0, { of: 'worker' }), kind: 'worker' });
        expect((await store.load('session', 'x'))?.state).toEqual({ of: 'session' });
        expect((await store.load('worker', 'x'))?.state).toEqual({ of: 'worker' });
        expect(await store.history('worker', 'x', 0, 10)).toHaveLength(1);
      });

      it('counts versions up by one', async () => {
        await put(change('s1', 0));
        expect(await put(change('s1', 1))).toEqual([{ status: 'committed', version: 2 }]);
        expect(await put(change('s1', 2))).toEqual([{ status: 'committed', version: 3 }]);
      });

      it('turns down a change that was decided on another version, and says which is in the way', async () => {
        await put(change('s1', 0, { n: 1 }));
        await put(change('s1', 1, { n: 2 }));
        expect(await put(change('s1', 1, { n: 'late' }))).toEqual([{ status: 'stale', actualVersion: 2 }]);
        expect(await put(change('s1', 0, { n: 'new' }))).toEqual([{ status: 'stale', actualVersion: 2 }]);
        expect(await put(change('s2', 4))).toEqual([{ status: 'stale', actualVersion: 0 }]);
        expect((await store.load('session', 's1'))?.state).toEqual({ n: 2 });
        expect(await store.load('session', 's2')).toBeUndefined();
        expect(await store.history('session', 's1', 0, 10)).toHaveLength(2);
      });

      it('judges each change of a commit by itself', async () => {
        await put(change('old', 0));
        const outcomes = await put(change('a', 0), change('old', 7), change('b', 0));
        expect(outcomes).toEqual([
          { status: 'committed', version: 1 },
          { status: 'stale', actualVersion: 1 },
          { status: 'committed', version: 1 },
        ]);
        expect(await store.load('session', 'a')).toBeDefined();
        expect(await store.load('session', 'b')).toBeDefined();
      });

      it('lets the second of two changes to one aggregate stand only if it follows on the first', async () => {
        expect(await put(change('a', 0), change('a', 0))).toEqual([
          { status: 'committed', version: 1 },
          { status: 'stale', actualVersion: 1 },
        ]);
        expect(await put(change('b', 0), change('b', 1))).toEqual([
          { status: 'committed', version: 1 },
          { status: 'committed', version: 2 },
        ]);
      });

      it('takes a commit of nothing', async () => {
        expect(await put()).toEqual([]);
      });

      it('takes a change without events', async () => {
        await put({ ...change('s1', 0), events: [] });
        expect((await store.load('session', 's1'))?.version).toBe(1);
        expect(await store.headOfLog()).toBe(0);
      });

      it('gives no reference into itself', async () => {
        const state = { list: ['a'] };
        await put(change('s1', 0, state));
        state.list.push('changed by the writer');
        const first = await store.load<{ list: string[] }>('session', 's1');
        first?.state.list.push('changed by a reader');
        expect((await store.load('session', 's1'))?.state).toEqual({ list: ['a'] });
      });

      it('keeps any text as it is', async () => {
        const state = { text: `'"\\ \u0000 \u{1f600} \ud7ff`, nested: { 'a.b': [null, 1.5, true] } };
        await put(change(`id '"%_\u{1f600}`, 0, state));
        expect((await store.load('session', `id '"%_\u{1f600}`))?.state).toEqual(state);
      });

      it('has one winner per version when a hundred commit at once', async () => {
        await put(change('s1', 0, { winner: -1 }));
        for (let version = 1; version <= 5; version++) {
          const outcomes = await Promise.all(
            Array.from({ length: 100 }, (_, n) => put(change('s1', version, { winner: n }))),
          );
          const winners = outcomes.flatMap(([one], n) => (one?.status === 'committed' ? [n] : []));
          expect(winners).toHaveLength(1);
          expect(outcomes.flat().filter(isStale(version + 1))).toHaveLength(99);
          expect((await store.load('session', 's1'))?.state).toEqual({ winner: winners[0] });
        }
        expect(await store.history('session', 's1', 0, 100)).toHaveLength(6);
      });

      it('takes many aggregates at once without losing one', async () => {
        await Promise.all(Array.from({ length: 1_000 }, (_, n) => put(change(`s${n}`, 0))));
        expect(await store.count('session')).toBe(1_000);
        const log = await store.readLog(0, 2_000);
        expect(new Set(log.map(({ id }) => id)).size).toBe(1_000);
      });

      it('loads several in the order asked for and leaves out those that do not exist', async () => {
        await put(change('a', 0), change('b', 0), change('c', 0));
        const loaded = await store.loadMany('session', ['c', 'nobody', 'a']);
        expect(loaded.map(({ id }) => id)).toEqual(['c', 'a']);
      });

      it('tells listeners after something was committed, until they leave', async () => {
        let calls = 0;
        const leave = store.onCommit(() => {
          calls++;
        });
        await put(change('a', 0));
        await turn();
        expect(calls).toBe(1);
        await put(change('a', 0));
        await turn();
        expect(calls).toBe(1);
        leave();
        await put(change('a', 1));
        await turn();
        expect(calls).toBe(1);
      });
    });

    describe('the log', () => {
      it('gives events in order with cursors that grow, from any cursor on', async () => {
        await put({ ...change('a', 0), events: [event('created'), event('started')] });
        await put(change('b', 0));
        await put({ ...change('a', 1), events: [{ ...event('ended'), correlationId: 'c-1' }] });
        const log = await store.readLog(0, 100);
        expect(log.map(({ id, seq, version, type }) => [id, seq, version, type])).toEqual([
          ['a', 1, 1, 'created'],
          ['a', 2, 1, 'started'],
          ['b', 1, 1, 'changed'],
          ['a', 3, 2, 'ended'],
        ]);
        const cursors = log.map(({ cursor }) => cursor);
        expect(cursors).toEqual([...new Set(cursors)].sort((x, y) => x - y));
        expect(await store.readLog(cursors[1] ?? 0, 1)).toEqual(log.slice(2, 3));
        expect(await store.readLog(cursors[3] ?? 0, 10)).toEqual([]);
        expect(await store.headOfLog()).toBe(cursors[3]);
      });

      it('gives an event back as it was appended', async () => {
        const given = { ...event('changed'), data: { type: 'changed', reason: 'x' }, correlationId: 'c-9' };
        await put({ ...change('a', 0), events: [given, event('other')] });
        const [first, second] = await store.readLog(0, 2);
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
        expect(await store.headOfLog()).toBe(0);
        expect(await store.readLog(0, 10)).toEqual([]);
      });

      it('tells the history of one aggregate', async () => {
        for (let version = 0; version < 5; version++) await put(change('a', version), change('b', version));
        const history = await store.history('session', 'a', 2, 2);
        expect(history.map(({ id, seq, version }) => [id, seq, version])).toEqual([
          ['a', 3, 3],
          ['a', 4, 4],
        ]);
      });

      it('shows a reader no event of a change that failed', async () => {
        await put(change('a', 0), change('a', 0));
        expect(await store.readLog(0, 10)).toHaveLength(1);
      });

      it('remembers where a reader left off', async () => {
        expect(await store.readCursor('relay')).toBe(0);
        await store.saveCursor('relay', 41);
        await store.saveCursor('relay', 42);
        await store.saveCursor('audit', 7);
        expect(await store.readCursor('relay')).toBe(42);
        expect(await store.readCursor('audit')).toBe(7);
      });
    });

    describe('listing', () => {
      const sessions = [
        { id: 's1', status: 'PENDING', createdAt: '2026-01-03', ownerKey: 'ann' },
        { id: 's2', status: 'RUNNING', createdAt: '2026-01-01', ownerKey: 'bob' },
        { id: 's3', status: 'RUNNING', createdAt: '2026-01-02', ownerKey: 'ann', reservationId: 'r-3' },
        { id: 's4', status: 'ARCHIVED', createdAt: '2026-01-02', ownerKey: 'ann' },
        { id: 's5', status: 'ARCHIVED', createdAt: '2026-01-05', ownerKey: 'bob', reservationId: 'r-5' },
      ];
      const filled = () => put(...sessions.map((state) => change(state.id, 0, state)));
      const newestFirst = { field: 'createdAt', direction: 'desc' } as const;
      const oldestFirst = { field: 'createdAt', direction: 'asc' } as const;

      it('gives all, by id where no order is asked for', async () => {
        await filled();
        expect(await ids({ limit: 10 })).toEqual(['s1', 's2', 's3', 's4', 's5']);
      });

      it('sorts either way, those of equal value by id', async () => {
        await filled();
        expect(await ids({ sort: oldestFirst, limit: 10 })).toEqual(['s2', 's3', 's4', 's1', 's5']);
        expect(await ids({ sort: newestFirst, limit: 10 })).toEqual(['s5', 's1', 's4', 's3', 's2']);
      });

      it('filters by a value, by several, and by several fields', async () => {
        await filled();
        expect(await ids({ where: { status: 'RUNNING' }, limit: 10 })).toEqual(['s2', 's3']);
        const where = { status: ['PENDING', 'ARCHIVED', 'PENDING', 'FAILED'] };
        expect(await ids({ where, sort: newestFirst, limit: 10 })).toEqual(['s5', 's1', 's4']);
        expect(await ids({ where, limit: 10 })).toEqual(['s1', 's4', 's5']);
        expect(await ids({ where: { ...where, ownerKey: 'ann' }, sort: oldestFirst, limit: 10 })).toEqual([
          's4',
          's1',
        ]);
        expect(await ids({ where: { status: [] }, limit: 10 })).toEqual([]);
      });

      it('filters by a range, its start included and its end not', async () => {
        await filled();
        const where = { createdAt: { from: '2026-01-02', to: '2026-01-05' } };
        expect(await ids({ where, limit: 10 })).toEqual(['s1', 's3', 's4']);
        expect(await ids({ where: { createdAt: { from: '2026-01-03' } }, limit: 10 })).toEqual(['s1', 's5']);
        expect(await ids({ where: { createdAt: { to: '2026-01-02' } }, limit: 10 })).toEqual(['s2']);
        expect(await ids({ where: { reservationId: { to: 'z' } }, limit: 10 })).toEqual(['s3', 's5']);
      });

      it('looks into nested fields', async () => {
        await put(
          change('a', 0, { timeslot: { start: '2026-02-01' } }),
          change('b', 0, { timeslot: { start: '2026-01-01' } }),
          change('c', 0, { timeslot: null }),
        );
        expect(await ids({ where: { 'timeslot.start': '2026-01-01' }, limit: 10 })).toEqual(['b']);
        expect(await ids({ sort: { field: 'timeslot.start', direction: 'asc' }, limit: 10 })).toEqual([
          'c',
          'b',
          'a',
        ]);
      });

      it('counts a field that is absent as the empty text: first upwards, last downwards, found by it', async () => {
        await filled();
        const sort = { field: 'reservationId', direction: 'asc' } as const;
        expect(await ids({ sort, limit: 10 })).toEqual(['s1', 's2', 's4', 's3', 's5']);
        expect(await ids({ where: { reservationId: '' }, limit: 10 })).toEqual(['s1', 's2', 's4']);
      });

      it('orders texts by code point', async () => {
        await put(
          change('a', 0, { createdAt: '\u{1f600}' }),
          change('b', 0, { createdAt: '\uffee' }),
          change('c', 0, { createdAt: 'z' }),
          change('d', 0, { createdAt: 'Z' }),
          change('e', 0, { createdAt: 'é' }),
        );
        expect(await ids({ sort: oldestFirst, limit: 10 })).toEqual(['d', 'c', 'e', 'b', 'a']);
      });

      it('sees a change of an indexed field at once', async () => {
        await filled();
        await put(change('s2', 1, { ...sessions[1], status: 'ARCHIVED' }));
        expect(await ids({ where: { status: 'RUNNING' }, limit: 10 })).toEqual(['s3']);
        expect(await store.count('session', { status: 'ARCHIVED' })).toBe(3);
      });

      it('counts', async () => {
        await filled();
        expect(await store.count('session')).toBe(5);
        expect(await store.count('session', { status: ['RUNNING', 'PENDING'], ownerKey: 'ann' })).toBe(2);
        expect(await store.count('session', { createdAt: { from: '2026-01-03' } })).toBe(2);
        expect(await store.count('worker')).toBe(0);
      });

      const orders: Omit<ListQuery, 'limit'>[] = [
        {},
        { sort: newestFirst },
        { sort: oldestFirst },
        { sort: { field: 'status', direction: 'desc' } },
        { sort: { field: 'reservationId', direction: 'asc' } },
        { sort: { field: 'reservationId', direction: 'desc' } },
        { where: { status: ['PENDING', 'ARCHIVED'] }, sort: newestFirst },
        { where: { status: ['PENDING', 'ARCHIVED'], ownerKey: ['o1', 'o2'] }, sort: oldestFirst },
        { where: { ownerKey: 'o1', createdAt: { from: '2026-01-02' } }, sort: oldestFirst },
        { where: { createdAt: { from: '2026-01-02', to: '2026-01-04' } }, sort: oldestFirst },
        { where: { createdAt: { from: '2026-01-02', to: '2026-01-04' } }, sort: newestFirst },
        { where: { createdAt: { to: '2026-01-04' }, status: ['PENDING', 'RUNNING'] }, sort: newestFirst },
        { where: { reservationId: { to: 'r5' } }, sort: { field: 'reservationId', direction: 'asc' } },
      ];
      it.each(orders)('gives every item once, page by page: %j', async (query) => {
        const statuses = ['PENDING', 'RUNNING', 'ARCHIVED'];
        await put(
          ...Array.from({ length: 60 }, (_, n) =>
            change(`s${(n * 37) % 60}`, 0, {
              status: statuses[n % 3],
              createdAt: `2026-01-0${(n % 4) + 1}`,
              ownerKey: `o${n % 5}`,
              ...(n % 2 === 0 ? { reservationId: `r${n % 7}` } : {}),
            }),
          ),
        );
        const whole = await ids({ ...query, limit: 1_000 });
        expect(whole.length).toBeGreaterThan(7);
        expect(whole).toHaveLength(await store.count('session', query.where));
        for (const limit of [1, 7, whole.length]) {
          expect(await pages(store, { ...query, limit })).toEqual(whole);
        }
      });

      it('neither repeats nor skips what was there all along while others come and change', async () => {
        await put(...Array.from({ length: 20 }, (_, n) => change(id(n * 2), 0, { createdAt: id(n * 2) })));
        const first = await store.list('session', { sort: oldestFirst, limit: 10 });
        await put(
          ...Array.from({ length: 20 }, (_, n) => change(id(n * 2 + 1), 0, { createdAt: id(n * 2 + 1) })),
        );
        await put(change(id(18), 1, { createdAt: id(99) }));
        const rest = await pages(store, { sort: oldestFirst, limit: 3, cursor: first.nextCursor });
        const evenOnes = [...first.items.map((item) => item.id), ...rest].filter(
          (one) => Number(one) % 2 === 0,
        );
        expect(evenOnes).toEqual([...Array.from({ length: 20 }, (_, n) => id(n * 2)), id(18)]);
      });

      it('has no next page where the last one is just full', async () => {
        await filled();
        expect(await store.list('session', { limit: 5 })).not.toHaveProperty('nextCursor');
        expect(await store.list('session', { limit: 4 })).toHaveProperty('nextCursor');
      });

      it.each([
        ['no cursor at all', '%%%'],
        ['not JSON', Buffer.from('hello').toString('base64url')],
        ['another shape', Buffer.from('{"a":1}').toString('base64url')],
        ['empty', ''],
      ])('refuses a malformed cursor: %s', async (_, cursor) => {
        const refusal = await refusalOf(store.list('session', { cursor, limit: 5 }));
        expect(refusal).toMatchObject({ code: 'invalid', fields: [{ pointer: '/cursor' }] });
      });

      it('refuses a cursor of a list in another order', async () => {
        await filled();
        const { nextCursor } = await store.list('session', { sort: newestFirst, limit: 1 });
        const refusal = await refusalOf(
          store.list('session', { sort: oldestFirst, cursor: nextCursor, limit: 1 }),
        );
        expect(refusal).toMatchObject({ code: 'invalid', fields: [{ pointer: '/cursor' }] });
      });

      it('refuses fields that are not indexed, and limits out of bounds', async () => {
        const unknown = { where: { "x') OR 1=1 --": 'y' }, limit: 5 };
        expect(await refusalOf(store.list('session', unknown))).toMatchObject({ code: 'invalid' });
        expect(await refusalOf(store.count('session', unknown.where))).toMatchObject({ code: 'invalid' });
        expect(
          await refusalOf(store.list('session', { sort: { field: 'nope', direction: 'asc' }, limit: 5 })),
        ).toMatchObject({ code: 'invalid', fields: [{ pointer: '/sort' }] });
        for (const limit of [0, 1_001, 1.5, Number.NaN]) {
          expect(await refusalOf(store.list('session', { limit }))).toMatchObject({
            code: 'invalid',
            fields: [{ pointer: '/limit' }],
          });
        }
      });
    });

    describe.runIf(lasting)('opened again', () => {
      it('has its documents, log and cursors', async () => {
        await put({ ...change('a', 0, { n: 1 }), events: [event('created'), event('started')] });
        await store.saveCursor('relay', 2);
        await reopen();
        expect((await store.load('session', 'a'))?.state).toEqual({ n: 1 });
        expect(await store.readCursor('relay')).toBe(2);
        await put(change('a', 1, { n: 2 }));
        expect((await store.history('session', 'a', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
        const log = await store.readLog(0, 10);
        expect(log).toHaveLength(3);
        expect(await store.headOfLog()).toBe(log.at(-1)?.cursor);
      });

      it('lifts documents to the shape of today wherever they are read, and writes that', async () => {
        await put(change('a', 0, { name: 'x' }));
        const lifted = { name: 'x', second: 2, third: 3 };
        await reopen(
          shaped(3, [
            (state) => ({ ...Object(state), second: 2 }),
            (state) => ({ ...Object(state), third: 3 }),
          ]),
        );
        expect((await store.load('session', 'a'))?.state).toEqual(lifted);
        expect((await store.loadMany('session', ['a']))[0]?.state).toEqual(lifted);
        expect((await store.list('session', { limit: 1 })).items[0]?.state).toEqual(lifted);
        await put(change('a', 1, { name: 'y' }));
        expect((await store.load('session', 'a'))?.state).toEqual({ name: 'y' });
      });

      it('lists older documents by their fields of today', async () => {
        await put(change('a', 0, { state: 'RUNNING' }), change('b', 0, { state: 'ARCHIVED' }));
        await reopen(
          shaped(2, [(older) => ({ ...Object(older), status: Reflect.get(Object(older), 'state') })]),
        );
        expect(await ids({ where: { status: 'RUNNING' }, limit: 5 })).toEqual(['a']);
        expect(await ids({ sort: { field: 'status', direction: 'asc' }, limit: 5 })).toEqual(['b', 'a']);
      });

      it('refuses a document that a newer version wrote, and still has it afterwards', async () => {
        await reopen(shaped(2, [(state) => state]));
        await put(change('a', 0, { name: 'x' }));
        await reopen();
        expect(await refusalOf(store.load('session', 'a'))).toMatchObject({ code: 'unavailable' });
        await reopen(shaped(2, [(state) => state]));
        expect((await store.load('session', 'a'))?.state).toEqual({ name: 'x' });
      });

      it('finds older documents by a field that was not indexed before', async () => {
        await put(change('a', 0, { colour: 'red' }), change('b', 0, { colour: 'blue' }));
        await reopen({ ...KINDS, session: { ...KINDS.session, indexes: [['colour']] } });
        expect(await ids({ where: { colour: 'blue' }, limit: 5 })).toEqual(['b']);
      });

      const reopen = async (shapes?: Shapes) => {
        await store.close();
        store = await content.open(shapes);
      };
    });

    it('refuses to work once it is closed, and closes twice without harm', async () => {
      await store.close();
      await store.close();
      expect(await refusalOf(store.load('session', 'a'))).toMatchObject({ code: 'unavailable' });
      expect(await refusalOf(put(change('a', 0)))).toMatchObject({ code: 'unavailable' });
    });

    it.runIf(lasting)('finishes what was handed in before it was closed', async () => {
      const outcomes = Promise.all(Array.from({ length: 10 }, (_, n) => put(change(`s${n}`, 0))));
      await store.close();
      expect((await outcomes).flat()).toHaveLength(10);
      store = await content.open();
      expect(await store.headOfLog()).toBeGreaterThan(0);
      expect(await store.count('session')).toBe(10);
    });
  });
}

const event = (type: string): NewEvent => ({
  type,
  at: '2026-01-01T00:00:00.000Z',
  by: 'user:ann',
  data: { type },
});

const change = (id: string, expectedVersion: number, state: unknown = {}): Change => ({
  kind: 'session',
  id,
  expectedVersion,
  state,
  fences: {},
  events: [event('changed')],
});

const id = (n: number): string => String(n).padStart(3, '0');

const isStale = (actualVersion: number) => (outcome: CommitOutcome) =>
  outcome.status === 'stale' && outcome.actualVersion === actualVersion;

const shaped = (schemaNumber: number, upcasts: ((state: unknown) => unknown)[]): Shapes => ({
  ...KINDS,
  session: { ...KINDS.session, schemaNumber, upcasts },
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function pages(store: StateStore, query: ListQuery): Promise<string[]> {
  const found: string[] = [];
  let cursor = query.cursor;
  do {
    const page = await store.list('session', { ...query, cursor });
    found.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}
