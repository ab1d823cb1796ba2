import type { StoredShapes } from '../state-store/stored-shape.ts';
import { text } from './rows.ts';
import { SCHEMA_NUMBER, schemaStatements } from './schema.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { unavailable } from './sqlite-error.ts';

/**
 * Creates whatever tables and indexes are missing.
 * @throws Refusal `unavailable` where a newer version of the program made them
 */
export function prepareSchema(database: SqliteDatabase, shapes: StoredShapes): void {
  const found = schemaNumber(database);
  if (found > SCHEMA_NUMBER) {
    throw unavailable(
      database.file,
      `has layout ${found}, this version knows up to ${SCHEMA_NUMBER}; run the version that wrote it, or a newer one`,
    );
  }
  database.transaction(() => {
    for (const statement of schemaStatements(shapes, sqliteDialect)) database.run(statement);
    database.run(
      `INSERT INTO meta (name, value) VALUES ('schema', ?1) ON CONFLICT (name) DO NOTHING`,
      String(SCHEMA_NUMBER),
    );
  });
}

/** 0 where there are no tables yet. */
function schemaNumber(database: SqliteDatabase): number {
  const meta = database.get(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'`);
  const row = meta && database.get(`SELECT value FROM meta WHERE name = 'schema'`);
  return row ? Number(text(row, 'value')) : 0;
}
