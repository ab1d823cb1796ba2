import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { StoredShapes } from '../state-store/stored-shape.ts';
import type { Dialect } from './dialect.ts';

/** Number of the table layout. A database with a higher one belongs to a newer version of the program. */
export const SCHEMA_NUMBER = 1;

/**
 * What creates the tables and whatever indexes are missing. Each kind has a table of its own, so that an
 * index holds nothing but its kind; every index ends with the id, which makes its order total.
 */
export function schemaStatements(shapes: StoredShapes, dialect: Dialect): string[] {
  const { growingKey, wholeNumber, text, json } = dialect;
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
    ...kindsOf(shapes).flatMap((kind) => kindStatements(kind, shapes, dialect)),
  ];
}

/** The table of a kind's documents. */
export const tableOf = (kind: Kind): string => `documents_${kind.replaceAll('-', '_')}`;

const kindsOf = (shapes: StoredShapes): Kind[] => Object.keys(shapes) as Kind[];

function kindStatements(kind: Kind, shapes: StoredShapes, dialect: Dialect): string[] {
  const { wholeNumber, text, json } = dialect;
  const table = tableOf(kind);
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (
      id ${text} PRIMARY KEY,
      version ${wholeNumber} NOT NULL,
      last_seq ${wholeNumber} NOT NULL,
      shape ${wholeNumber} NOT NULL,
      state ${json} NOT NULL,
      fences ${json} NOT NULL
    )`,
    ...shapes[kind].indexes.map((fields) => {
      const name = [table, ...fields.map((field) => field.replaceAll(/\W/g, '_'))].join('_');
      const columns = [...fields.map((field) => dialect.field(field)), 'id'].join(', ');
      return `CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${columns})`;
    }),
  ];
}
