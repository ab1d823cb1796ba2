import type { Dialect } from './dialect.ts';

/** The statements on the log, which do not depend on a query. */
export interface LogStatements {
  /** kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id */
  appendEvent: string;
  /** position, facts */
  keepAuditFacts: string;
  /** position */
  forgetAuditFacts: string;
  /** position, limit → events, with their audit facts */
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

const EVENT_COLUMNS = 'position, kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id';

export function logStatements(dialect: Dialect): LogStatements {
  const p = dialect.parameter;
  return {
    appendEvent: `INSERT INTO events
      (kind, id, seq, version, type, occurred_at, caused_by, data, correlation_id) VALUES (${parameters(dialect, 9)})`,
    keepAuditFacts: `INSERT INTO audit_facts (position, facts) VALUES (${parameters(dialect, 2)})`,
    forgetAuditFacts: `DELETE FROM audit_facts WHERE position <= ${p(1)}`,
    readLog: `SELECT ${EVENT_COLUMNS}, facts FROM events LEFT JOIN audit_facts USING (position)
      WHERE position > ${p(1)} ORDER BY position LIMIT ${p(2)}`,
    headOfLog: 'SELECT coalesce(max(position), 0) AS position FROM events',
    history: `SELECT ${EVENT_COLUMNS} FROM events
      WHERE kind = ${p(1)} AND id = ${p(2)} AND seq > ${p(3)} ORDER BY seq LIMIT ${p(4)}`,
    readCursor: `SELECT position FROM cursors WHERE reader = ${p(1)}`,
    saveCursor: `INSERT INTO cursors (reader, position) VALUES (${parameters(dialect, 2)})
      ON CONFLICT (reader) DO UPDATE SET position = excluded.position`,
  };
}

/** Placeholders of that many parameters. */
export const parameters = ({ parameter }: Dialect, count: number): string =>
  Array.from({ length: count }, (_, index) => parameter(index + 1)).join(', ');
