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
import { checkedWhere, planList } from '../state-store/list-plan.ts';
import { writeCursor } from '../state-store/page-cursor.ts';
import type { StoredShapes } from '../state-store/stored-shape.ts';
import { type Applied, applyChange, writeOut } from './apply-change.ts';
import { KindStatements } from './kind-statements.ts';
import { KnownDocuments } from './known-documents.ts';
import { countStatement, listStatement } from './list-statement.ts';
import { logStatements } from './log-statements.ts';
import { LogTail } from './log-tail.ts';
import {
  type DocumentText,
  documentOf,
  documentTextOf,
  eventOf,
  number,
  place,
  type Row,
  text,
} from './rows.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { prepareSchema } from './sqlite-schema.ts';

/**
 * The state store in an SQLite file, or in memory with `:memory:`.
 * @throws Refusal `unavailable` with the file and what to do where it cannot be used
 */
export function openSqliteStore(file: string, shapes: StoredShapes = KINDS): SqliteStore {
  return new SqliteStore(new SqliteDatabase(file), shapes);
}

const LOG = logStatements(sqliteDialect);

/** The state store on an SQLite database, which it closes with itself. Others may keep tables beside it. */
export class SqliteStore implements StateStore {
  readonly #database: SqliteDatabase;
  readonly #shapes: StoredShapes;
  readonly #statements = new Map<Kind, KindStatements>();
  readonly #listeners = new Set<() => void>();
  readonly #known = new KnownDocuments();
  readonly #tail: LogTail;

  /** @throws Refusal `unavailable` where a newer version of the program made the tables */
  constructor(database: SqliteDatabase, shapes: StoredShapes = KINDS) {
    this.#database = database;
    this.#shapes = shapes;
    try {
      prepareSchema(database, shapes);
      this.#tail = new LogTail(this.#headOfLog());
    } catch (error) {
      database.close();
      throw error;
    }
  }

  async load<State>(kind: Kind, id: string): Promise<Stored<State> | undefined> {
    return this.#load(kind, id) as Stored<State> | undefined;
  }

  async loadMany<State>(kind: Kind, ids: readonly string[]): Promise<Stored<State>[]> {
    const found = ids.map((id) => this.#load(kind, id)).filter((stored) => stored !== undefined);
    return found as Stored<State>[];
  }

  async list<State>(kind: Kind, query: ListQuery): Promise<Page<Stored<State>>> {
    const plan = planList(kind, this.#shapes[kind], query);
    const { sql, parameters } = listStatement(kind, this.#shapes[kind], plan, sqliteDialect);
    const rows = this.#database.all(sql, ...parameters);
    const page = rows.slice(0, plan.limit);
    const items = page.map((row) => this.#listed(kind, row) as Stored<State>);
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
    const written = changes.map((change) =>
      writeOut(change, this.#of(change.kind), this.#shapes[change.kind]),
    );
    const weight = written.reduce((rows, { events }) => rows + 1 + events.length, 0);
    const applied = await this.#database.write(
      () => written.map((change) => applyChange(this.#database, change)),
      weight,
      (durable) => this.#remember(durable),
    );
    if (applied.some(({ outcome }) => outcome.status === 'committed')) {
      for (const listener of this.#listeners) queueMicrotask(listener);
    }
    return applied.map(({ outcome }) => outcome);
  }

  async readLog(after: number, limit: number): Promise<LoggedEvent[]> {
    this.#database.checkOpen();
    return this.#tail.read(after, limit) ?? this.#database.all(LOG.readLog, after, limit).map(eventOf);
  }

  async forgetAuditFacts(upTo: number): Promise<void> {
    await this.#database.write(() => this.#database.run(LOG.forgetAuditFacts, upTo));
  }

  async headOfLog(): Promise<number> {
    return this.#headOfLog();
  }

  async history(kind: Kind, id: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    return this.#database.all(LOG.history, kind, id, afterSeq, limit).map(eventOf);
  }

  async readCursor(reader: string): Promise<number> {
    const row = this.#database.get(LOG.readCursor, reader);
    return row ? number(row, 'position') : 0;
  }

  async saveCursor(reader: string, cursor: number): Promise<void> {
    await this.#database.write(() => this.#database.run(LOG.saveCursor, reader, cursor));
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#database.close();
  }

  #headOfLog(): number {
    const row = this.#database.get(LOG.headOfLog);
    return row ? number(row, 'position') : 0;
  }

  #of(kind: Kind): KindStatements {
    const known = this.#statements.get(kind);
    if (known) return known;
    const statements = new KindStatements(kind, this.#shapes[kind], sqliteDialect);
    this.#statements.set(kind, statements);
    return statements;
  }

  #load(kind: Kind, id: string): Stored<unknown> | undefined {
    this.#database.checkOpen();
    const read = (text: DocumentText) => documentOf(kind, id, this.#shapes, text);
    const known = this.#known.get(kind, id, read);
    if (known) return known;
    const row = this.#database.get(this.#of(kind).load, id);
    if (!row) return undefined;
    this.#known.note(kind, id, documentTextOf(row));
    return this.#known.get(kind, id, read);
  }

  /** Lists are long and looked at once: they use what is known, and leave it as it is. */
  #listed(kind: Kind, row: Row): Stored<unknown> {
    const id = text(row, 'id');
    const read = (text: DocumentText) => documentOf(kind, id, this.#shapes, text);
    return this.#known.get(kind, id, read) ?? read(documentTextOf(row));
  }

  #remember(durable: readonly Applied[]): void {
    for (const { change, outcome, logged } of durable) {
      if (outcome.status === 'stale') continue;
      const { kind, id, shape, state, fences } = change;
      this.#known.note(kind, id, { version: outcome.version, shape, state, fences });
      this.#tail.append(logged);
    }
  }
}
