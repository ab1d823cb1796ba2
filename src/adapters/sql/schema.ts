import { createHash } from 'node:crypto';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { StoredShape } from '../state-store/stored-shape.ts';
import type { Dialect } from './dialect.ts';
import { columnOf, fieldColumns } from './field-columns.ts';

/** Number of the table layout. A database with a higher one belongs to a newer version of the program. */
export const SCHEMA_NUMBER = 1;

/** The table of a kind's documents; each kind has its own, so that an index holds nothing but its kind. */
export const tableOf = (kind: Kind): string => `documents_${kind.replaceAll('-', '_')}`;

/** Creates the tables that do not belong to a kind. */
export function sharedTables({ growingKey, wholeNumber, text, json }: Dialect): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS meta (name ${text} PRIMARY KEY, value ${text} NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS cursors (reader ${text} PRIMARY KEY, position ${wholeNumber} NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS events (
      position ${growingKey},
      kind ${text} NOT NULL,
      id ${text} NOT NULL,
      seq ${wholeNumber} NOT NULL,
      version ${wholeNumber} NOT NULL,
      type ${text} NOT NULL,
      occurred_at ${text} NOT NULL,
      caused_by ${text} NOT NULL,
      data ${json} NOT NULL,
      correlation_id ${text},
      UNIQUE (kind, id, seq)
    )`,
    // Beside the log, which only grows: they go again as soon as the audit log has them.
    `CREATE TABLE IF NOT EXISTS audit_facts (position ${wholeNumber} PRIMARY KEY, facts ${json} NOT NULL)`,
  ];
}

/** Creates the table of a kind. The document comes last: reading a column before it need not read it. */
export function documentTable(kind: Kind, shape: StoredShape, dialect: Dialect): string {
  const { wholeNumber, text, json } = dialect;
  const fields = fieldColumns(shape).map(({ column }) => `${fieldColumn(column, dialect)},`);
  return `CREATE TABLE IF NOT EXISTS ${tableOf(kind)} (
    id ${text} PRIMARY KEY,
    version ${wholeNumber} NOT NULL,
    last_seq ${wholeNumber} NOT NULL,
    shape ${wholeNumber} NOT NULL,
    ${fields.join(' ')}
    fences ${json} NOT NULL,
    state ${json} NOT NULL
  )`;
}

/** Adds the column of a field to a table that was made without. */
export const addFieldColumn = (kind: Kind, column: string, dialect: Dialect): string =>
  `ALTER TABLE ${tableOf(kind)} ADD COLUMN ${fieldColumn(column, dialect)}`;

/** What the names of a kind's own indexes begin with. */
export const indexPrefix = (kind: Kind): string => `${tableOf(kind)}_by_`;

/**
 * The indexes of a kind. After the fields comes the id, which makes the order total, and then every other
 * field: whatever else a list filters by is decided within the index, without reading documents.
 */
export function indexes(kind: Kind, shape: StoredShape): { name: string; create: string }[] {
  const all = fieldColumns(shape).map(({ column }) => column);
  return shape.indexes.map((fields) => {
    const columns = [...new Set([...fields.map(columnOf), 'id', ...all])].join(', ');
    const name = indexPrefix(kind) + createHash('sha256').update(columns).digest('hex').slice(0, 12);
    return { name, create: `CREATE INDEX IF NOT EXISTS ${name} ON ${tableOf(kind)} (${columns})` };
  });
}

const fieldColumn = (column: string, { field }: Dialect): string => `${column} ${field} NOT NULL DEFAULT ''`;
