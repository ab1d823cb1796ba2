import type { Kind } from '@lcm/core/domain/kinds.ts';
import { type StoredShape, type StoredShapes, upcast } from '../state-store/stored-shape.ts';
import { fieldColumns, fieldValues } from './field-columns.ts';
import { number, text } from './rows.ts';
import {
  addFieldColumn,
  documentTable,
  indexes,
  indexPrefix,
  SCHEMA_NUMBER,
  sharedTables,
  tableOf,
} from './schema.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { unavailable } from './sqlite-error.ts';

const DOCUMENTS_AT_ONCE = 500;

/**
 * Makes tables and indexes what the shapes ask for, all or nothing: creates what is missing, copies fields
 * anew where another set of them or another shape was in force, drops indexes that nothing asks for.
 * @throws Refusal `unavailable` where a newer version of the program made them
 */
export function prepareSchema(database: SqliteDatabase, shapes: StoredShapes): void {
  database.transaction(() => {
    for (const statement of sharedTables(sqliteDialect)) database.run(statement);
    const found = Number(readMeta(database, 'schema') ?? SCHEMA_NUMBER);
    if (found > SCHEMA_NUMBER) {
      throw unavailable(
        database.file,
        `has layout ${found}, this version knows up to ${SCHEMA_NUMBER}; run the version that wrote it, or a newer one`,
      );
    }
    writeMeta(database, 'schema', String(SCHEMA_NUMBER));
    for (const kind of Object.keys(shapes) as Kind[]) prepareKind(database, kind, shapes[kind]);
  });
}

function prepareKind(database: SqliteDatabase, kind: Kind, shape: StoredShape): void {
  database.run(documentTable(kind, shape, sqliteDialect));
  const present = new Set(
    database.all('SELECT name FROM pragma_table_info(?1)', tableOf(kind)).map((row) => text(row, 'name')),
  );
  const columns = fieldColumns(shape);
  for (const { column } of columns) {
    if (!present.has(column)) database.run(addFieldColumn(kind, column, sqliteDialect));
  }
  const copied = JSON.stringify([shape.schemaNumber, columns.map(({ field }) => field)]);
  if (readMeta(database, `fields/${kind}`) !== copied) {
    copyFields(database, kind, shape);
    writeMeta(database, `fields/${kind}`, copied);
  }
  const wanted = indexes(kind, shape);
  for (const name of ownIndexes(database, kind)) {
    if (!wanted.some((index) => index.name === name)) database.run(`DROP INDEX ${name}`);
  }
  for (const { create } of wanted) database.run(create);
}

/** Copies the fields of all documents of a kind into their columns. */
function copyFields(database: SqliteDatabase, kind: Kind, shape: StoredShape): void {
  const columns = fieldColumns(shape);
  if (columns.length === 0) return;
  const select = `SELECT id, shape, state FROM ${tableOf(kind)} WHERE id > ?1 ORDER BY id LIMIT ${DOCUMENTS_AT_ONCE}`;
  const assignments = columns.map(({ column }, index) => `${column} = ?${index + 2}`).join(', ');
  const update = `UPDATE ${tableOf(kind)} SET ${assignments} WHERE id = ?1`;
  for (let rows = database.all(select, ''); rows.length > 0; ) {
    let last = '';
    for (const row of rows) {
      last = text(row, 'id');
      const written = number(row, 'shape');
      const state: unknown = JSON.parse(text(row, 'state'));
      // Reading a document of a newer shape is refused when somebody wants it, not at the start.
      const lifted = written > shape.schemaNumber ? state : upcast(shape, kind, last, written, state);
      database.run(update, last, ...fieldValues(columns, lifted));
    }
    rows = database.all(select, last);
  }
}

function ownIndexes(database: SqliteDatabase, kind: Kind): string[] {
  return database
    .all(`SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1`, tableOf(kind))
    .map((row) => text(row, 'name'))
    .filter((name) => name.startsWith(indexPrefix(kind)));
}

function readMeta(database: SqliteDatabase, name: string): string | undefined {
  const row = database.get('SELECT value FROM meta WHERE name = ?1', name);
  return row && text(row, 'value');
}

function writeMeta(database: SqliteDatabase, name: string, value: string): void {
  database.run(
    'INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    value,
  );
}
