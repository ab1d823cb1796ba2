import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { Dialect } from './dialect.ts';
import { tableOf } from './schema.ts';

/** The statements that do not depend on a query. Parameters come in the order of the columns named. */
export interface Statements {
  /** id → version, last_seq, and the columns */
  versionOf(kind: Kind, columns: readonly string[]): string;
  /** id → document */
  load(kind: Kind): string;
  /** id, version, last_seq, shape, fences, state, and the columns */
  insert(kind: Kind, columns: readonly string[]): string;
  /** The same; columns that are not named stay as they are. */
  update(kind: Kind, columns: readonly string[]): string;
  /** kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id */
  appendEvent: string;
  /** position, limit → events */
  readLog: string;
  /** → position */
  headOfLog: string;
  /** kind, id, seq, limit → events */
  history: string;
  /** reader → position */
  readCursor: string;
  /** reader, position */
  saveCursor: string;
}

/** Columns of a document, as `documentOf` reads them. */
export const DOCUMENT_COLUMNS = ['id', 'version', 'shape', 'state', 'fences'];

const WRITTEN = ['version', 'last_seq', 'shape', 'fences', 'state'];

const EVENT_COLUMNS = 'position, kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id';

export function statements({ parameter: p }: Dialect): Statements {
  const list = (count: number) => Array.from({ length: count }, (_, i) => p(i + 1)).join(', ');
  return {
    versionOf: (kind, columns) =>
      `SELECT ${['version', 'last_seq', ...columns].join(', ')} FROM ${tableOf(kind)} WHERE id = ${p(1)}`,
    load: (kind) => `SELECT ${DOCUMENT_COLUMNS.join(', ')} FROM ${tableOf(kind)} WHERE id = ${p(1)}`,
    insert: (kind, columns) =>
      `INSERT INTO ${tableOf(kind)} (${['id', ...WRITTEN, ...columns].join(', ')})
       VALUES (${list(1 + WRITTEN.length + columns.length)})`,
    update: (kind, columns) => {
      const assignments = [...WRITTEN, ...columns].map((column, index) => `${column} = ${p(index + 2)}`);
      return `UPDATE ${tableOf(kind)} SET ${assignments.join(', ')} WHERE id = ${p(1)}`;
    },
    appendEvent: `INSERT INTO events
      (kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id) VALUES (${list(9)})`,
    readLog: `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ${p(1)} ORDER BY position LIMIT ${p(2)}`,
    headOfLog: 'SELECT coalesce(max(position), 0) AS position FROM events',
    history: `SELECT ${EVENT_COLUMNS} FROM events
      WHERE kind = ${p(1)} AND id = ${p(2)} AND seq > ${p(3)} ORDER BY seq LIMIT ${p(4)}`,
    readCursor: `SELECT position FROM cursors WHERE reader = ${p(1)}`,
    saveCursor: `INSERT INTO cursors (reader, position) VALUES (${list(2)})
      ON CONFLICT (reader) DO UPDATE SET position = excluded.position`,
  };
}
