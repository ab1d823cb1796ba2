import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { Dialect } from './dialect.ts';
import { tableOf } from './schema.ts';

/** The statements that do not depend on a query. Parameters come in the order of the columns named. */
export interface Statements {
  /** id → version, last_seq */
  versionOf(kind: Kind): string;
  /** id → document */
  load(kind: Kind): string;
  /** id, version, last_seq, shape, state, fences */
  insert(kind: Kind): string;
  /** id, version, last_seq, shape, state, fences */
  update(kind: Kind): string;
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

const EVENT_COLUMNS = 'position, kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id';

export function statements({ parameter: p }: Dialect): Statements {
  const list = (count: number) => Array.from({ length: count }, (_, i) => p(i + 1)).join(', ');
  return {
    versionOf: (kind) => `SELECT version, last_seq FROM ${tableOf(kind)} WHERE id = ${p(1)}`,
    load: (kind) => `SELECT ${DOCUMENT_COLUMNS.join(', ')} FROM ${tableOf(kind)} WHERE id = ${p(1)}`,
    insert: (kind) =>
      `INSERT INTO ${tableOf(kind)} (id, version, last_seq, shape, state, fences) VALUES (${list(6)})`,
    update: (kind) =>
      `UPDATE ${tableOf(kind)}
       SET version = ${p(2)}, last_seq = ${p(3)}, shape = ${p(4)}, state = ${p(5)}, fences = ${p(6)}
       WHERE id = ${p(1)}`,
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
