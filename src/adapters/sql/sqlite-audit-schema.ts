/**
 * Tables of the audit. Rows and links are added and never changed, and go only with a whole day whose seal says
 * so: the triggers hold this against mistakes, the chain against intent.
 */
export const AUDIT_SCHEMA = [
  `CREATE TABLE IF NOT EXISTS entries (
    received INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, outcome TEXT NOT NULL,
    operation TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, resource_id TEXT NOT NULL,
    correlation_id TEXT NOT NULL, mark TEXT NOT NULL, body TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS entries_by_time ON entries (at)',
  'CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account, at)',
  'CREATE INDEX IF NOT EXISTS entries_by_resource ON entries (kind, resource_id, at)',
  `CREATE TABLE IF NOT EXISTS chain (
    place INTEGER PRIMARY KEY, day TEXT NOT NULL, row_id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS chain_by_day ON chain (day)',
  `CREATE TABLE IF NOT EXISTS seals (
    day TEXT PRIMARY KEY, first_place INTEGER NOT NULL, last_place INTEGER NOT NULL, root TEXT NOT NULL,
    previous_root TEXT NOT NULL, sealed_at TEXT NOT NULL, proof TEXT NOT NULL, dropped_at TEXT, drop_proof TEXT)`,
  'CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS persons (person TEXT PRIMARY KEY, key TEXT NOT NULL)',
  `CREATE TABLE IF NOT EXISTS person_names (
    digest TEXT NOT NULL, person TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (digest, person))`,
  'CREATE INDEX IF NOT EXISTS person_names_by_person ON person_names (person)',
  ...['entries', 'chain'].map(
    (table) => `CREATE TRIGGER IF NOT EXISTS ${table}_never_change BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, 'rows of the audit never change'); END`,
  ),
  `CREATE TRIGGER IF NOT EXISTS entries_go_by_day BEFORE DELETE ON entries WHEN NOT EXISTS (
      SELECT 1 FROM chain JOIN seals USING (day) WHERE row_id = OLD.id AND dropped_at IS NOT NULL)
      BEGIN SELECT RAISE(ABORT, 'rows of the audit go by whole sealed days only'); END`,
  `CREATE TRIGGER IF NOT EXISTS chain_goes_by_day BEFORE DELETE ON chain WHEN NOT EXISTS (
      SELECT 1 FROM seals WHERE day = OLD.day AND dropped_at IS NOT NULL)
      BEGIN SELECT RAISE(ABORT, 'rows of the audit go by whole sealed days only'); END`,
];
