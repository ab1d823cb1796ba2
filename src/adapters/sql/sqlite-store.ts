import { KINDS, type Kind } from '@lcm/core/domain/kinds.ts';
import type {
  Change,
  CommitOutcome,
  ListQuery,
  LoggedEvent,
  Page,
  StateStore,
  Stored,
} from '@lcm/core/spi/state-store.ts';
import type { FieldValue } from '../state-store/field-value.ts';
import { checkedWhere, planList } from '../state-store/list-plan.ts';
import { writeCursor } from '../state-store/page-cursor.ts';
import type { StoredShapes } from '../state-store/stored-shape.ts';
import { type FieldColumn, fieldColumns, fieldValues } from './field-columns.ts';
import { countStatement, listStatement } from './list-statement.ts';
import { documentOf, eventOf, number, place, text } from './rows.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { prepareSchema } from './sqlite-schema.ts';
import { statements } from './statements.ts';

/**
 * The state store in an SQLite file, or in memory with `:memory:`.
 * @throws Refusal `unavailable` with the file and what to do where it cannot be used
 */
export function openSqliteStore(file: string, shapes: StoredShapes = KINDS): SqliteStore {
  return new SqliteStore(new SqliteDatabase(file), shapes);
}

const SQL = statements(sqliteDialect);

/** A change with its documents written out, ready for the transaction. */
interface WrittenChange {
  kind: Kind;
  id: string;
  expectedVersion: number;
  state: string;
  /** In the order of the kind's columns. */
  fields: FieldValue[];
  fences: string;
  events: { type: string; at: string; by: string; data: string; correlationId: string | null }[];
}

/** The state store on an SQLite database, which it closes with itself. Others may keep tables beside it. */
export class SqliteStore implements StateStore {
  readonly #database: SqliteDatabase;
  readonly #shapes: StoredShapes;
  readonly #listeners = new Set<() => void>();

  /** @throws Refusal `unavailable` where a newer version of the program made the tables */
  constructor(database: SqliteDatabase, shapes: StoredShapes = KINDS) {
    this.#database = database;
    this.#shapes = shapes;
    try {
      prepareSchema(database, shapes);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  async load<State>(kind: Kind, id: string): Promise<Stored<State> | undefined> {
    return this.#load<State>(kind, id);
  }

  async loadMany<State>(kind: Kind, ids: readonly string[]): Promise<Stored<State>[]> {
    return ids.map((id) => this.#load<State>(kind, id)).filter((found) => found !== undefined);
  }

  async list<State>(kind: Kind, query: ListQuery): Promise<Page<Stored<State>>> {
    const plan = planList(kind, this.#shapes[kind], query);
    const { sql, parameters } = listStatement(kind, this.#shapes[kind], plan, sqliteDialect);
    const rows = this.#database.all(sql, ...parameters);
    const page = rows.slice(0, plan.limit);
    const items = page.map((row) => documentOf<State>(kind, this.#shapes, row));
    const last = page.at(-1);
    if (!last || rows.length <= plan.limit) return { items };
    return { items, nextCursor: writeCursor(plan.order, { value: place(last), id: text(last, 'id') }) };
  }

  async count(kind: Kind, where?: ListQuery['where']): Promise<number> {
    const conditions = checkedWhere(kind, this.#shapes[kind], where);
    const { sql, parameters } = countStatement(kind, conditions, sqliteDialect);
    const row = this.#database.get(sql, ...parameters);
    return row ? number(row, 'found') : 0;
  }

  async commit(changes: readonly Change[]): Promise<CommitOutcome[]> {
    const written = changes.map((change) => writeOut(change, fieldColumns(this.#shapes[change.kind])));
    const weight = written.reduce((rows, { events }) => rows + 1 + events.length, 0);
    const outcomes = await this.#database.write(() => written.map((change) => this.#apply(change)), weight);
    if (outcomes.some(({ status }) => status === 'committed')) {
      for (const listener of this.#listeners) queueMicrotask(listener);
    }
    return outcomes;
  }

  async readLog(after: number, limit: number): Promise<LoggedEvent[]> {
    return this.#database.all(SQL.readLog, after, limit).map(eventOf);
  }

  async headOfLog(): Promise<number> {
    const row = this.#database.get(SQL.headOfLog);
    return row ? number(row, 'position') : 0;
  }

  async history(kind: Kind, id: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    return this.#database.all(SQL.history, kind, id, afterSeq, limit).map(eventOf);
  }

  async readCursor(reader: string): Promise<number> {
    const row = this.#database.get(SQL.readCursor, reader);
    return row ? number(row, 'position') : 0;
  }

  async saveCursor(reader: string, cursor: number): Promise<void> {
    await this.#database.write(() => this.#database.run(SQL.saveCursor, reader, cursor));
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#database.close();
  }

  #load<State>(kind: Kind, id: string): Stored<State> | undefined {
    const row = this.#database.get(SQL.load(kind), id);
    return row && documentOf<State>(kind, this.#shapes, row);
  }

  #apply({ kind, id, expectedVersion, state, fields, fences, events }: WrittenChange): CommitOutcome {
    const columns = fieldColumns(this.#shapes[kind]).map(({ column }) => column);
    const current = this.#database.get(SQL.versionOf(kind, columns), id);
    const actualVersion = current ? number(current, 'version') : 0;
    if (actualVersion !== expectedVersion) return { status: 'stale', actualVersion };
    const version = actualVersion + 1;
    const before = current ? number(current, 'last_seq') : 0;
    const shape = this.#shapes[kind].schemaNumber;
    const document = [id, version, before + events.length, shape, fences, state];
    if (current) {
      // An index is written only where a column of it is assigned, so columns that stay are left out.
      const changed = columns.filter((column, index) => current[column] !== fields[index]);
      const values = fields.filter((value, index) => current[columns[index] ?? ''] !== value);
      this.#database.run(SQL.update(kind, changed), ...document, ...values);
    } else {
      this.#database.run(SQL.insert(kind, columns), ...document, ...fields);
    }
    for (const [index, { type, at, by, data, correlationId }] of events.entries()) {
      const seq = before + 1 + index;
      this.#database.run(SQL.appendEvent, kind, id, seq, version, type, at, by, data, correlationId);
    }
    return { status: 'committed', version };
  }
}

function writeOut(change: Change, columns: readonly FieldColumn[]): WrittenChange {
  const { kind, id, expectedVersion, state, fences, events } = change;
  return {
    kind,
    id,
    expectedVersion,
    state: JSON.stringify(state),
    fields: fieldValues(columns, state),
    fences: JSON.stringify(fences),
    events: events.map(({ type, at, by, data, correlationId }) => ({
      type,
      at,
      by,
      data: JSON.stringify(data) ?? 'null',
      correlationId: correlationId ?? null,
    })),
  };
}
