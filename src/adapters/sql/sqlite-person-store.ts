import type { PersonRecord, PersonStore } from '../audit/person-store.ts';
import { type Row, text } from './rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Persons' keys on the database of the audit, which makes the tables. */
export class SqlitePersonStore implements PersonStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async find(name: string): Promise<PersonRecord[]> {
    return this.#find(name);
  }

  async get(person: string): Promise<PersonRecord | undefined> {
    const row = this.#database.get('SELECT person, key FROM persons WHERE person = ?', person);
    return row && recordOf(row);
  }

  async add(
    record: PersonRecord,
    names: readonly { digest: string; sealed: string }[],
  ): Promise<PersonRecord> {
    return this.#database.write(() => {
      const [there] = names[0] ? this.#find(names[0].digest) : [];
      if (there) return there;
      this.#database.run('INSERT INTO persons (person, key) VALUES (?, ?)', record.person, record.key);
      for (const name of names) this.#addName(record.person, name);
      return record;
    });
  }

  async alias(person: string, name: { digest: string; sealed: string }): Promise<void> {
    await this.#database.write(() => this.#addName(person, name));
  }

  async namesOf(person: string): Promise<string[]> {
    const rows = this.#database.all('SELECT sealed FROM person_names WHERE person = ?', person);
    return rows.map((row) => text(row, 'sealed'));
  }

  async remove(persons: readonly string[]): Promise<void> {
    await this.#database.write(() => {
      for (const person of persons) {
        this.#database.run('DELETE FROM persons WHERE person = ?', person);
        this.#database.run('DELETE FROM person_names WHERE person = ?', person);
      }
    });
    // The write-ahead log holds the pages as they were until it is written over.
    this.#database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async note(name: string): Promise<string | undefined> {
    const row = this.#database.get('SELECT text FROM notes WHERE name = ?', name);
    return row && text(row, 'text');
  }

  async putNote(name: string, words: string): Promise<void> {
    await this.#database.write(() =>
      this.#database.run(
        'INSERT INTO notes (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text',
        name,
        words,
      ),
    );
  }

  #find(digest: string): PersonRecord[] {
    return this.#database
      .all('SELECT person, key FROM person_names JOIN persons USING (person) WHERE digest = ?', digest)
      .map(recordOf);
  }

  #addName(person: string, { digest, sealed }: { digest: string; sealed: string }): void {
    this.#database.run(
      'INSERT INTO person_names (digest, person, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      digest,
      person,
      sealed,
    );
  }
}

const recordOf = (row: Row): PersonRecord => ({ person: text(row, 'person'), key: text(row, 'key') });
