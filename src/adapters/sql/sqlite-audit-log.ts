import type { AuditLog, AuditQuery, AuditRow, DaySeal, Link, ReceivedRow } from '@lcm/core/spi/audit-log.ts';
import type { Page } from '@lcm/core/spi/state-store.ts';
import { auditCursor, placeIn } from '../audit/audit-cursor.ts';
import type { PersonStore } from '../audit/person-store.ts';
import type { SealedText } from '../secrets/reseal.ts';
import { number, type Row, text } from './rows.ts';
import { AUDIT_SCHEMA } from './sqlite-audit-schema.ts';
import { auditSealedTexts } from './sqlite-audit-sealed-texts.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { SqlitePersonStore } from './sqlite-person-store.ts';

/** An audit log and the keys of the persons in it, in one file. */
export interface SqliteAudit {
  log: AuditLog;
  persons: PersonStore;
  /** What the keyring sealed in it, for when keys are rotated. */
  sealedTexts(): AsyncIterable<SealedText>;
  close(): void;
}

/** Opens or creates the file. @throws Refusal `unavailable` where it cannot be used */
export function openSqliteAudit(file: string): SqliteAudit {
  const database = new SqliteDatabase(file);
  // What is deleted is overwritten: a person's key that is destroyed is not in the file any more.
  database.all('PRAGMA secure_delete = ON');
  database.transaction(() => {
    for (const statement of AUDIT_SCHEMA) database.run(statement);
  });
  const persons = new SqlitePersonStore(database);
  return {
    log: new SqliteAuditLog(database),
    persons,
    sealedTexts: () => auditSealedTexts(database),
    close: () => database.close(),
  };
}

/** Rows that are dropped in one transaction. */
const DROPPED_AT_ONCE = 500;

const COLUMNS = 'id, at, outcome, operation, account, kind, resource_id, correlation_id, mark, body';
const APPEND = `INSERT INTO entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

class SqliteAuditLog implements AuditLog {
  readonly #database: SqliteDatabase;
  readonly #listeners = new Set<() => void>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async append(rows: readonly AuditRow[]): Promise<void> {
    await this.#database.write(() => {
      for (const { id, at, outcome, operation, account, kind, resourceId, correlationId, mark, body } of rows)
        this.#database.run(
          APPEND,
          ...[id, at, outcome, operation, account, kind, resourceId, correlationId, mark, body],
        );
    }, rows.length);
    for (const listener of this.#listeners) queueMicrotask(listener);
  }

  async list(query: AuditQuery): Promise<Page<ReceivedRow>> {
    const { conditions, parameters } = conditionsOf(query);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = this.#database.all(
      `SELECT received, ${COLUMNS} FROM entries ${where} ORDER BY at DESC, received DESC LIMIT ?`,
      ...parameters,
      query.limit + 1,
    );
    const items = rows.slice(0, query.limit).map(receivedRow);
    const last = items.at(-1);
    return { items, ...(last && rows.length > items.length ? { nextCursor: auditCursor(last) } : {}) };
  }

  async unchained(afterReceived: number, limit: number): Promise<ReceivedRow[]> {
    return this.#database
      .all(
        `SELECT received, ${COLUMNS} FROM entries WHERE received > ?
         AND NOT EXISTS (SELECT 1 FROM chain WHERE row_id = entries.id) ORDER BY received LIMIT ?`,
        afterReceived,
        limit,
      )
      .map(receivedRow);
  }

  async chain(links: readonly Link[], head: string): Promise<boolean> {
    const firstPlace = links[0]?.place ?? Number.POSITIVE_INFINITY;
    return this.#database.write(() => {
      const last = this.#database.get('SELECT coalesce(max(place), 0) AS place FROM chain');
      if (last && number(last, 'place') >= firstPlace) return false;
      for (const { place, day, rowId, hash } of links)
        this.#database.run(
          'INSERT INTO chain (place, day, row_id, hash) VALUES (?, ?, ?, ?)',
          ...[place, day, rowId, hash],
        );
      this.#database.run(PUT_NOTE, 'head', head);
      return true;
    }, links.length + 1);
  }

  async chained(afterPlace: number, limit: number): Promise<{ link: Link; row?: AuditRow | undefined }[]> {
    return this.#database
      .all(
        `SELECT place, day, row_id, hash, received, ${COLUMNS} FROM chain LEFT JOIN entries ON id = row_id
         WHERE place > ? ORDER BY place LIMIT ?`,
        afterPlace,
        limit,
      )
      .map((row) => ({ link: linkOf(row), row: row['id'] === null ? undefined : receivedRow(row) }));
  }

  async lastLink(): Promise<Link | undefined> {
    const row = this.#database.get('SELECT place, day, row_id, hash FROM chain ORDER BY place DESC LIMIT 1');
    return row && linkOf(row);
  }

  async addSeal(seal: DaySeal): Promise<boolean> {
    const { day, firstPlace, lastPlace, root, previousRoot, sealedAt, proof } = seal;
    const { changes } = await this.#database.write(() =>
      this.#database.run(
        `INSERT INTO seals (day, first_place, last_place, root, previous_root, sealed_at, proof)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO NOTHING`,
        ...[day, firstPlace, lastPlace, root, previousRoot, sealedAt, proof],
      ),
    );
    return changes === 1;
  }

  async seals(): Promise<DaySeal[]> {
    return this.#database.all('SELECT * FROM seals ORDER BY day').map(sealOf);
  }

  async drop(day: string, dropped: { at: string; proof: string }): Promise<void> {
    await this.#database.write(() =>
      this.#database.run(
        'UPDATE seals SET dropped_at = ?, drop_proof = ? WHERE day = ?',
        ...[dropped.at, dropped.proof, day],
      ),
    );
    const some = `SELECT place FROM chain WHERE day = ? ORDER BY place LIMIT ${DROPPED_AT_ONCE}`;
    // In steps, so that nobody waits for a whole day to go.
    for (let gone = DROPPED_AT_ONCE; gone === DROPPED_AT_ONCE; )
      gone = await this.#database.write(() => {
        this.#database.run(
          `DELETE FROM entries WHERE id IN (SELECT row_id FROM chain WHERE place IN (${some}))`,
          day,
        );
        return this.#database.run(`DELETE FROM chain WHERE place IN (${some})`, day).changes;
      }, DROPPED_AT_ONCE);
  }

  async note(name: string): Promise<string | undefined> {
    const row = this.#database.get('SELECT text FROM notes WHERE name = ?', name);
    return row && text(row, 'text');
  }

  async putNote(name: string, words: string): Promise<void> {
    await this.#database.write(() => this.#database.run(PUT_NOTE, name, words));
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const PUT_NOTE =
  'INSERT INTO notes (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text';

function conditionsOf(query: AuditQuery): { conditions: string[]; parameters: (string | number)[] } {
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  const add = (condition: string, ...values: (string | number)[]) => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (query.accounts) add(`account IN (${query.accounts.map(() => '?').join(', ')})`, ...query.accounts);
  for (const [column, value] of [
    ['operation', query.operation],
    ['outcome', query.outcome],
    ['kind', query.kind],
    ['resource_id', query.resourceId],
    ['correlation_id', query.correlationId],
  ] as const)
    if (value !== undefined) add(`${column} = ?`, value);
  if (query.from !== undefined) add('at >= ?', query.from);
  if (query.to !== undefined) add('at < ?', query.to);
  const after = placeIn(query.cursor);
  if (after) add('(at, received) < (?, ?)', after.at, after.received);
  return { conditions, parameters };
}

const receivedRow = (row: Row): ReceivedRow => ({
  received: number(row, 'received'),
  id: text(row, 'id'),
  at: text(row, 'at'),
  outcome: text(row, 'outcome'),
  operation: text(row, 'operation'),
  account: text(row, 'account'),
  kind: text(row, 'kind'),
  resourceId: text(row, 'resource_id'),
  correlationId: text(row, 'correlation_id'),
  mark: text(row, 'mark'),
  body: text(row, 'body'),
});

const linkOf = (row: Row): Link => ({
  place: number(row, 'place'),
  day: text(row, 'day'),
  rowId: text(row, 'row_id'),
  hash: text(row, 'hash'),
});

const sealOf = (row: Row): DaySeal => ({
  day: text(row, 'day'),
  firstPlace: number(row, 'first_place'),
  lastPlace: number(row, 'last_place'),
  root: text(row, 'root'),
  previousRoot: text(row, 'previous_root'),
  sealedAt: text(row, 'sealed_at'),
  proof: text(row, 'proof'),
  ...(row['dropped_at'] === null
    ? {}
    : { dropped: { at: text(row, 'dropped_at'), proof: text(row, 'drop_proof') } }),
});
