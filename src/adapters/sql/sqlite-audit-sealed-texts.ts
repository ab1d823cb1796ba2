import type { SealedText } from '../secrets/reseal.ts';
import { text } from './rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/**
 * Every text in the file of an audit that the keyring sealed: keys of persons, the audit's own key, and what proves
 * the chain's end and its days. They are few: rows themselves are sealed with the keys of persons.
 */
export async function* auditSealedTexts(database: SqliteDatabase): AsyncGenerator<SealedText> {
  for (const { select, place, update } of KEPT)
    for (const row of database.all(select)) {
      const [id, sealed] = [text(row, 'id'), text(row, 'sealed')];
      yield {
        place: place(id),
        sealed,
        replace: async (next) => {
          const { changes } = await database.write(() => database.run(update, next, id, sealed));
          return changes === 1;
        },
      };
    }
}

/** Where they are: what to read, for which place it was sealed, and how another is put where that one still stands. */
const KEPT: readonly { select: string; place: (id: string) => string; update: string }[] = [
  {
    select: 'SELECT person AS id, key AS sealed FROM persons',
    place: (person) => `audit/person/${person}`,
    update: 'UPDATE persons SET key = ? WHERE person = ? AND key = ?',
  },
  {
    select: "SELECT name AS id, text AS sealed FROM notes WHERE name = 'own-key'",
    place: () => 'audit/own-key',
    update: 'UPDATE notes SET text = ? WHERE name = ? AND text = ?',
  },
  {
    select: "SELECT name AS id, text ->> 'proof' AS sealed FROM notes WHERE name = 'head'",
    place: () => 'audit/head',
    update: "UPDATE notes SET text = json_set(text, '$.proof', ?) WHERE name = ? AND text ->> 'proof' = ?",
  },
  {
    select: 'SELECT day AS id, proof AS sealed FROM seals',
    place: (day) => `audit/seal/${day}`,
    update: 'UPDATE seals SET proof = ? WHERE day = ? AND proof = ?',
  },
  {
    select: 'SELECT day AS id, drop_proof AS sealed FROM seals WHERE drop_proof IS NOT NULL',
    place: (day) => `audit/dropped/${day}`,
    update: 'UPDATE seals SET drop_proof = ? WHERE day = ? AND drop_proof = ?',
  },
];
