import type { ListQuery, StateStore } from '@lcm/core/spi/state-store.ts';
import { describe, expect, it } from 'vitest';
import { change, refusalOf, type StoreInTest } from './store-in-test.ts';

/** Filters, orders, pages. */
export function describeLists(under: StoreInTest): void {
  describe('listing', () => {
    const sessions = [
      { id: 's1', status: 'PENDING', createdAt: '2026-01-03', ownerKey: 'ann' },
      { id: 's2', status: 'RUNNING', createdAt: '2026-01-01', ownerKey: 'bob' },
      { id: 's3', status: 'RUNNING', createdAt: '2026-01-02', ownerKey: 'ann', reservationId: 'r-3' },
      { id: 's4', status: 'ARCHIVED', createdAt: '2026-01-02', ownerKey: 'ann' },
      { id: 's5', status: 'ARCHIVED', createdAt: '2026-01-05', ownerKey: 'bob', reservationId: 'r-5' },
    ];
    const filled = () => under.put(...sessions.map((state) => change(state.id, 0, state)));
    const newestFirst = { field: 'createdAt', direction: 'desc' } as const;
    const oldestFirst = { field: 'createdAt', direction: 'asc' } as const;

    it('gives all, by id where no order is asked for', async () => {
      await filled();
      expect(await under.ids({ limit: 10 })).toEqual(['s1', 's2', 's3', 's4', 's5']);
    });

    it('sorts either way, those of equal value by id', async () => {
      await filled();
      expect(await under.ids({ sort: oldestFirst, limit: 10 })).toEqual(['s2', 's3', 's4', 's1', 's5']);
      expect(await under.ids({ sort: newestFirst, limit: 10 })).toEqual(['s5', 's1', 's4', 's3', 's2']);
    });

    it('filters by a value, by several, and by several fields', async () => {
      await filled();
      expect(await under.ids({ where: { status: 'RUNNING' }, limit: 10 })).toEqual(['s2', 's3']);
      const where = { status: ['PENDING', 'ARCHIVED', 'PENDING', 'FAILED'] };
      expect(await under.ids({ where, sort: newestFirst, limit: 10 })).toEqual(['s5', 's1', 's4']);
      expect(await under.ids({ where, limit: 10 })).toEqual(['s1', 's4', 's5']);
      expect(await under.ids({ where: { ...where, ownerKey: 'ann' }, sort: oldestFirst, limit: 10 })).toEqual(
        ['s4', 's1'],
      );
      expect(await under.ids({ where: { status: [] }, limit: 10 })).toEqual([]);
    });

    it('filters by a range, its start included and its end not', async () => {
      await filled();
      const where = { createdAt: { from: '2026-01-02', to: '2026-01-05' } };
      expect(await under.ids({ where, limit: 10 })).toEqual(['s1', 's3', 's4']);
      expect(await under.ids({ where: { createdAt: { from: '2026-01-03' } }, limit: 10 })).toEqual([
        's1',
        's5',
      ]);
      expect(await under.ids({ where: { createdAt: { to: '2026-01-02' } }, limit: 10 })).toEqual(['s2']);
      expect(await under.ids({ where: { reservationId: { to: 'z' } }, limit: 10 })).toEqual(['s3', 's5']);
    });

    it('looks into nested fields', async () => {
      await under.put(
        change('a', 0, { timeslot: { start: '2026-02-01' } }),
        change('b', 0, { timeslot: { start: '2026-01-01' } }),
        change('c', 0, { timeslot: null }),
      );
      expect(await under.ids({ where: { 'timeslot.start': '2026-01-01' }, limit: 10 })).toEqual(['b']);
      expect(await under.ids({ sort: { field: 'timeslot.start', direction: 'asc' }, limit: 10 })).toEqual([
        'c',
        'b',
        'a',
      ]);
    });

    it('counts a field that is absent as the empty text: first upwards, last downwards, found by it', async () => {
      await filled();
      const sort = { field: 'reservationId', direction: 'asc' } as const;
      expect(await under.ids({ sort, limit: 10 })).toEqual(['s1', 's2', 's4', 's3', 's5']);
      expect(await under.ids({ where: { reservationId: '' }, limit: 10 })).toEqual(['s1', 's2', 's4']);
    });

    it('orders texts by code point', async () => {
      await under.put(
        change('a', 0, { createdAt: '\u{1f600}' }),
        change('b', 0, { createdAt: '\uffee' }),
        change('c', 0, { createdAt: 'z' }),
        change('d', 0, { createdAt: 'Z' }),
        change('e', 0, { createdAt: 'é' }),
      );
      expect(await under.ids({ sort: oldestFirst, limit: 10 })).toEqual(['d', 'c', 'e', 'b', 'a']);
    });

    it('sees a change of an indexed field at once', async () => {
      await filled();
      await under.put(change('s2', 1, { ...sessions[1], status: 'ARCHIVED' }));
      expect(await under.ids({ where: { status: 'RUNNING' }, limit: 10 })).toEqual(['s3']);
      expect(await under.store.count('session', { status: 'ARCHIVED' })).toBe(3);
    });

    it('counts', async () => {
      await filled();
      expect(await under.store.count('session')).toBe(5);
      expect(await under.store.count('session', { status: ['RUNNING', 'PENDING'], ownerKey: 'ann' })).toBe(2);
      expect(await under.store.count('session', { createdAt: { from: '2026-01-03' } })).toBe(2);
      expect(await under.store.count('worker')).toBe(0);
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
      await under.put(
        ...Array.from({ length: 60 }, (_, n) =>
          change(`s${(n * 37) % 60}`, 0, {
            status: statuses[n % 3],
            createdAt: `2026-01-0${(n % 4) + 1}`,
            ownerKey: `o${n % 5}`,
            ...(n % 2 === 0 ? { reservationId: `r${n % 7}` } : {}),
          }),
        ),
      );
      const whole = await under.ids({ ...query, limit: 1_000 });
      expect(whole.length).toBeGreaterThan(7);
      expect(whole).toHaveLength(await under.store.count('session', query.where));
      for (const limit of [1, 7, whole.length]) {
        expect(await pages(under.store, { ...query, limit })).toEqual(whole);
      }
    });

    it('neither repeats nor skips what was there all along while others come and change', async () => {
      await under.put(
        ...Array.from({ length: 20 }, (_, n) => change(id(n * 2), 0, { createdAt: id(n * 2) })),
      );
      const first = await under.store.list('session', { sort: oldestFirst, limit: 10 });
      await under.put(
        ...Array.from({ length: 20 }, (_, n) => change(id(n * 2 + 1), 0, { createdAt: id(n * 2 + 1) })),
      );
      await under.put(change(id(18), 1, { createdAt: id(99) }));
      const rest = await pages(under.store, { sort: oldestFirst, limit: 3, cursor: first.nextCursor });
      const evenOnes = [...first.items.map((item) => item.id), ...rest].filter(
        (one) => Number(one) % 2 === 0,
      );
      expect(evenOnes).toEqual([...Array.from({ length: 20 }, (_, n) => id(n * 2)), id(18)]);
    });

    it('has no next page where the last one is just full', async () => {
      await filled();
      expect(await under.store.list('session', { limit: 5 })).not.toHaveProperty('nextCursor');
      expect(await under.store.list('session', { limit: 4 })).toHaveProperty('nextCursor');
    });

    it.each([
      ['no cursor at all', '%%%'],
      ['not JSON', Buffer.from('hello').toString('base64url')],
      ['another shape', Buffer.from('{"a":1}').toString('base64url')],
      ['empty', ''],
    ])('refuses a malformed cursor: %s', async (_, cursor) => {
      const refusal = await refusalOf(under.store.list('session', { cursor, limit: 5 }));
      expect(refusal).toMatchObject({ code: 'invalid', fields: [{ pointer: '/cursor' }] });
    });

    it('refuses a cursor of a list in another order', async () => {
      await filled();
      const { nextCursor } = await under.store.list('session', { sort: newestFirst, limit: 1 });
      const refusal = await refusalOf(
        under.store.list('session', { sort: oldestFirst, cursor: nextCursor, limit: 1 }),
      );
      expect(refusal).toMatchObject({ code: 'invalid', fields: [{ pointer: '/cursor' }] });
    });

    it('refuses fields that are not indexed, and limits out of bounds', async () => {
      const unknown = { where: { "x') OR 1=1 --": 'y' }, limit: 5 };
      expect(await refusalOf(under.store.list('session', unknown))).toMatchObject({ code: 'invalid' });
      expect(await refusalOf(under.store.count('session', unknown.where))).toMatchObject({ code: 'invalid' });
      expect(
        await refusalOf(under.store.list('session', { sort: { field: 'nope', direction: 'asc' }, limit: 5 })),
      ).toMatchObject({ code: 'invalid', fields: [{ pointer: '/sort' }] });
      for (const limit of [0, 1_001, 1.5, Number.NaN]) {
        expect(await refusalOf(under.store.list('session', { limit }))).toMatchObject({
          code: 'invalid',
          fields: [{ pointer: '/limit' }],
        });
      }
    });
  });
}

const id = (n: number): string => String(n).padStart(3, '0');

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
