import type { Clock } from '@lcm/core/spi/clock.ts';
import type {
  ExpiringPlace,
  ExpiringRecord,
  ExpiringStore,
  ExpiringTerms,
} from '@lcm/core/spi/expiring-store.ts';
import type { Row } from './rows.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** Opens or creates the file. @throws Refusal `unavailable` where it cannot be used */
export function openSqliteExpiringStore(file: string, clock: Clock): ExpiringStore {
  const database = new SqliteDatabase(file);
  database.transaction(() => {
    for (const statement of SCHEMA) database.run(statement);
  });
  return new SqliteExpiringStore(database, clock);
}

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS expiring (
    collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER, value TEXT NOT NULL,
    PRIMARY KEY (collection, id)) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS expiring_index (
    collection TEXT NOT NULL, field TEXT NOT NULL, word TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (collection, field, word, id)) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS expiring_by_end ON expiring (expires_at)',
  'CREATE INDEX IF NOT EXISTS expiring_index_by_id ON expiring_index (collection, id)',
];

/** Milliseconds between two sweeps of what is over, which only takes up room. */
const SWEEP_MS = 60_000;
/** Records swept at once: other requests wait meanwhile. */
const MOST_SWEPT = 1_000;

class SqliteExpiringStore implements ExpiringStore {
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(database: SqliteDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async get<Value>(collection: string, id: string): Promise<ExpiringRecord<Value> | undefined> {
    const row = this.#live(collection, id);
    return row && recordOf(row);
  }

  async put(collection: string, id: string, value: unknown, terms: ExpiringTerms = {}): Promise<boolean> {
    const json = JSON.stringify(value);
    return this.#database.write(() => {
      this.#sweep();
      const version = Number(this.#live(collection, id)?.['version'] ?? 0);
      if (terms.ifVersion !== undefined && terms.ifVersion !== version) return false;
      this.#erase(collection, id);
      this.#database.run(
        'INSERT INTO expiring (collection, id, version, expires_at, value) VALUES (?, ?, ?, ?, ?)',
        collection,
        id,
        version + 1,
        terms.expiresAt ?? null,
        json,
      );
      for (const [field, word] of Object.entries(terms.index ?? {}))
        this.#database.run(
          'INSERT INTO expiring_index (collection, field, word, id) VALUES (?, ?, ?, ?)',
          collection,
          field,
          word,
          id,
        );
      return true;
    });
  }

  async remove(collection: string, id: string): Promise<boolean> {
    return this.#database.write(() => {
      const there = this.#live(collection, id) !== undefined;
      this.#erase(collection, id);
      return there;
    });
  }

  async findBy<Value>(collection: string, field: string, word: string): Promise<ExpiringRecord<Value>[]> {
    return this.#found(collection, field, word).map((row) => recordOf<Value>(row));
  }

  async removeBy(collection: string, field: string, word: string): Promise<number> {
    return this.#database.write(() => {
      let removed = 0;
      // A page at a time: a search gives no more.
      for (let page = this.#found(collection, field, word); page.length > 0; ) {
        for (const { id } of page) this.#erase(collection, String(id));
        removed += page.length;
        page = this.#found(collection, field, word);
      }
      return removed;
    });
  }

  async walk(after?: ExpiringPlace): Promise<(ExpiringRecord & ExpiringPlace)[]> {
    const rows = this.#database.all(
      `SELECT collection, id, version, expires_at, value FROM expiring
       WHERE (collection, id) > (?, ?) AND (expires_at IS NULL OR expires_at > ?)
       ORDER BY collection, id LIMIT 1000`,
      after?.collection ?? '',
      after?.id ?? '',
      this.#clock.now(),
    );
    return rows.map((row) => ({ collection: String(row['collection']), ...recordOf(row) }));
  }

  async rewrite({ collection, id }: ExpiringPlace, value: unknown, ifVersion: number): Promise<boolean> {
    const json = JSON.stringify(value);
    return this.#database.write(() => {
      if (Number(this.#live(collection, id)?.['version']) !== ifVersion) return false;
      this.#database.run(
        'UPDATE expiring SET value = ?, version = version + 1 WHERE collection = ? AND id = ?',
        json,
        collection,
        id,
      );
      return true;
    });
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #live(collection: string, id: string): Row | undefined {
    return this.#database.get(
      `SELECT id, version, expires_at, value FROM expiring
       WHERE collection = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)`,
      collection,
      id,
      this.#clock.now(),
    );
  }

  #found(collection: string, field: string, word: string): Row[] {
    return this.#database.all(
      `SELECT e.id, e.version, e.expires_at, e.value FROM expiring_index i
       JOIN expiring e ON e.collection = i.collection AND e.id = i.id
       WHERE i.collection = ? AND i.field = ? AND i.word = ? AND (e.expires_at IS NULL OR e.expires_at > ?)
       ORDER BY e.id LIMIT 1000`,
      collection,
      field,
      word,
      this.#clock.now(),
    );
  }

  #erase(collection: string, id: string): void {
    this.#database.run('DELETE FROM expiring WHERE collection = ? AND id = ?', collection, id);
    this.#database.run('DELETE FROM expiring_index WHERE collection = ? AND id = ?', collection, id);
  }

  #sweep(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < SWEEP_MS) return;
    const over = this.#database.all(
      'SELECT collection, id FROM expiring WHERE expires_at <= ? LIMIT ?',
      now,
      MOST_SWEPT,
    );
    // What is left is for the next write: nobody fills the file faster than it is emptied.
    if (over.length < MOST_SWEPT) this.#sweptAt = now;
    for (const { collection, id } of over) this.#erase(String(collection), String(id));
  }
}

function recordOf<Value>(row: Row): ExpiringRecord<Value> {
  const value: Value = JSON.parse(String(row['value']));
  const expiresAt = row['expires_at'];
  return {
    id: String(row['id']),
    value,
    version: Number(row['version']),
    ...(expiresAt === null || expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) }),
  };
}
