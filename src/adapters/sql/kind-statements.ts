import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { StoredShape } from '../state-store/stored-shape.ts';
import type { Dialect } from './dialect.ts';
import { type FieldColumn, fieldColumns } from './field-columns.ts';
import { parameters } from './log-statements.ts';
import { tableOf } from './schema.ts';

/** Columns of a document, as `documentOf` reads them. */
export const DOCUMENT_COLUMNS = ['id', 'version', 'shape', 'state', 'fences'];

const WRITTEN = ['version', 'last_seq', 'shape', 'fences', 'state'];

/** The statements on the documents of a kind, each written once. Parameters come in the order of the columns named. */
export class KindStatements {
  readonly fields: readonly FieldColumn[];
  /** id → version, last_seq, and the fields */
  readonly versionOf: string;
  /** id → document */
  readonly load: string;
  /** id, version, last_seq, shape, fences, state, and the fields. Changes nothing where the id is taken. */
  readonly insert: string;
  readonly #table: string;
  readonly #dialect: Dialect;
  readonly #updates = new Map<string, string>();

  constructor(kind: Kind, shape: StoredShape, dialect: Dialect) {
    this.fields = fieldColumns(shape);
    this.#table = tableOf(kind);
    this.#dialect = dialect;
    const columns = this.fields.map(({ column }) => column);
    const p = dialect.parameter;
    this.versionOf = `SELECT ${['version', 'last_seq', ...columns].join(', ')} FROM ${this.#table} WHERE id = ${p(1)}`;
    this.load = `SELECT ${DOCUMENT_COLUMNS.join(', ')} FROM ${this.#table} WHERE id = ${p(1)}`;
    this.insert = `INSERT INTO ${this.#table} (${['id', ...WRITTEN, ...columns].join(', ')})
      VALUES (${parameters(dialect, 1 + WRITTEN.length + columns.length)}) ON CONFLICT (id) DO NOTHING`;
  }

  /** The parameters of `insert`, but for the fields named only: an index is written only where a column of it is assigned. */
  update(columns: readonly string[]): string {
    const key = columns.join();
    const known = this.#updates.get(key);
    if (known) return known;
    const assignments = [...WRITTEN, ...columns].map(
      (column, index) => `${column} = ${this.#dialect.parameter(index + 2)}`,
    );
    const statement = `UPDATE ${this.#table} SET ${assignments.join(', ')} WHERE id = ${this.#dialect.parameter(1)}`;
    this.#updates.set(key, statement);
    return statement;
  }
}
