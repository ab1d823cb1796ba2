import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { IN_MEMORY } from '@lcm/adapters/sql/sqlite-database.ts';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import { KINDS } from '@lcm/core/domain/kinds.ts';
import type { Change, ListQuery, StateStore } from '@lcm/core/spi/state-store.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const FIELDS = ['a', 'b', 'c.d'];
const shapes = {
  ...KINDS,
  session: { ...KINDS.session, indexes: [['a'], ['a', 'b'], ['b', 'c.d'], ['c.d', 'a']] },
};

const words = fc.constantFrom('', 'x', 'y', 'X', 'é', '\uffee', '\u{1f600}', '10', '9');
const value = fc.oneof(words, fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.constant(null));
const state = fc.record(
  { a: value, b: value, c: fc.record({ d: value }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);
const change = fc.record({
  id: fc.constantFrom(...Array.from({ length: 12 }, (_, n) => `s${n}`), '\uffee', '\u{1f600}'),
  expectedVersion: fc.integer({ min: 0, max: 2 }),
  state,
  events: fc.integer({ min: 0, max: 3 }),
});
const match = fc.oneof(
  words,
  fc.integer({ min: -3, max: 3 }),
  fc.boolean(),
  fc.array(words, { maxLength: 4 }),
  fc.record({ from: words, to: words }, { requiredKeys: [] }),
);
const query: fc.Arbitrary<ListQuery> = fc.record(
  {
    where: fc.dictionary(fc.constantFrom(...FIELDS), match, { maxKeys: 2 }),
    sort: fc.record({
      field: fc.constantFrom(...FIELDS),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
    }),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: ['limit'] },
);

describe('state stores', () => {
  it('agree on the outcome of any commits and on any list of what is there then', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 10 }),
        fc.array(query, { minLength: 1, maxLength: 8 }),
        async (commits, queries) => {
          const memory = new MemoryStore({ shapes });
          const sqlite = openSqliteStore(IN_MEMORY, shapes);
          try {
            for (const given of commits) {
              const changes = given.map(asChange);
              expect(await sqlite.commit(changes)).toEqual(await memory.commit(changes));
            }
            expect(await sqlite.readLog(0, 1_000)).toEqual(await memory.readLog(0, 1_000));
            for (const one of queries) {
              const expected = await pages(memory, one);
              expect(await pages(sqlite, one)).toEqual(expected);
              expect(await sqlite.count('session', one.where)).toBe(expected.flat().length);
            }
          } finally {
            await sqlite.close();
          }
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);
});

const asChange = (given: {
  id: string;
  expectedVersion: number;
  state: unknown;
  events: number;
}): Change => ({
  kind: 'session',
  id: given.id,
  expectedVersion: given.expectedVersion,
  state: given.state,
  fences: {},
  events: Array.from({ length: given.events }, (_, n) => ({
    type: `event ${n}`,
    at: '2026-01-01T00:00:00.000Z',
    by: 'test',
    data: null,
  })),
});

async function pages(store: StateStore, query: ListQuery): Promise<unknown[][]> {
  const found: unknown[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list('session', { ...query, cursor });
    found.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}
