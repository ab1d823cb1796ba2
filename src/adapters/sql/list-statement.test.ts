import { KINDS } from '@lcm/core/domain/kinds.ts';
import type { ListQuery } from '@lcm/core/spi/state-store.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planList } from '../state-store/list-plan.ts';
import { writeCursor } from '../state-store/page-cursor.ts';
import { listStatement } from './list-statement.ts';
import { text } from './rows.ts';
import { IN_MEMORY, SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { prepareSchema } from './sqlite-schema.ts';

const newestFirst = { field: 'createdAt', direction: 'desc' } as const;
const cursor = writeCursor(newestFirst, { value: '2026-01-01', id: 's1' });

/** Lists that people and controllers ask for all day. */
const lists: Omit<ListQuery, 'limit'>[] = [
  {},
  { sort: newestFirst },
  { sort: newestFirst, cursor },
  { where: { status: 'RUNNING' }, sort: newestFirst, cursor },
  { where: { status: ['ARCHIVED', 'STOPPED'] }, sort: newestFirst },
  { where: { status: ['ARCHIVED', 'STOPPED'] }, sort: newestFirst, cursor },
  { where: { status: ['ARCHIVED', 'STOPPED'], department: 'd1' }, sort: newestFirst, cursor },
  { where: { ownerKey: 'ann', 'definition.definitionId': 'x' }, sort: newestFirst, cursor },
  { where: { status: ['PENDING', 'SCHEDULED'] }, sort: { field: 'timeslot.start', direction: 'asc' } },
  { where: { createdAt: { from: '2025-01-01', to: '2027-01-01' } }, sort: newestFirst, cursor },
  { where: { reservationId: 'r-1' } },
];

describe('the statement of a list', () => {
  let database: SqliteDatabase;
  beforeAll(() => {
    database = new SqliteDatabase(IN_MEMORY);
    prepareSchema(database, KINDS);
  });
  afterAll(() => database.close());

  it.each(lists)('reads documents only for the page itself: %j', (list) => {
    const shape = KINDS.session;
    const plan = planList('session', shape, { ...list, limit: 50 });
    const { sql, parameters } = listStatement('session', shape, plan, sqliteDialect);
    const steps = database.all(`EXPLAIN QUERY PLAN ${sql}`, ...parameters).map((row) => text(row, 'detail'));
    const reads = steps.filter((step) => /\bdocument(s_session)?\b/.test(step));
    expect(reads.length).toBeGreaterThan(1);
    for (const read of reads) {
      expect(read).toMatch(/ USING COVERING INDEX |^SEARCH document USING INDEX .*\(id=\?\)/);
    }
  });

  it.each(lists.filter(({ sort }) => sort))('begins where the page before ended, in order: %j', (list) => {
    const shape = KINDS.session;
    const plan = planList('session', shape, { ...list, limit: 50 });
    const { sql } = listStatement('session', shape, plan, sqliteDialect);
    // The innermost selects stand alone, so that sorting of whole pages does not hide that of an index.
    const branches = [...sql.matchAll(/SELECT id, .*?LIMIT \?\d+/gs)].map(([branch]) => branch);
    expect(branches.length).toBeGreaterThan(0);
    for (const branch of branches) {
      const steps = database.all(`EXPLAIN QUERY PLAN ${branch}`).map((row) => text(row, 'detail'));
      expect(steps.join('\n')).not.toContain('TEMP B-TREE');
      if (list.cursor) expect(steps.join('\n')).toMatch(/field_createdAt[<=>]/);
    }
  });
});
