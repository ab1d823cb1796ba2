import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { GroupCommit } from './group-commit.ts';
import type { Row } from './rows.ts';
import { isLocked, sqliteRefusal, unavailable } from './sqlite-error.ts';

/** Name of a database that lives in memory and ends with its process. */
export const IN_MEMORY = ':memory:';

/** How long opening waits for a process that is just about to end, in milliseconds. */
const LOCK_WAIT_MS = 1_000;
/**
 * Pages of 4 KB in the log before they are moved into the file: a page that is written over and over is moved
 * once, but nobody is answered while pages move.
 */
const CHECKPOINT_PAGES = 4_000;
/** Prepared statements kept; lists have as many shapes as combinations of filters. */
const MOST_STATEMENTS = 500;

/**
 * One SQLite file, opened for this process alone. Calls are synchronous and short; `write` groups them.
 * Durable by write-ahead log with a sync per transaction (https://sqlite.org/pragma.html#pragma_synchronous).
 */
export class SqliteDatabase {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #writes: GroupCommit;

  /**
   * Opens or creates the file, and the folders to it.
   * @throws Refusal `unavailable` with the file and what to do where it cannot be used, also where another
   * process has it
   */
  constructor(file: string) {
    this.file = file === IN_MEMORY ? file : resolve(file);
    this.#database = opened(this.file);
    this.#writes = new GroupCommit((work) => this.transaction(work));
  }

  /** Rows that the statement gives. @throws Refusal `unavailable`, `busy` */
  all(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#prepared(sql).all(...parameters));
  }

  /** The first row. @throws Refusal `unavailable`, `busy` */
  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#prepared(sql).get(...parameters));
  }

  /**
   * Runs a statement that changes something; only within `write`. How many rows it changed, and the key of the
   * last one that was inserted. @throws Refusal `unavailable`, `busy`
   */
  run(sql: string, ...parameters: SQLInputValue[]): { changes: number; lastKey: number } {
    const { changes, lastInsertRowid } = this.#guard(() => this.#prepared(sql).run(...parameters));
    return { changes: Number(changes), lastKey: Number(lastInsertRowid) };
  }

  /**
   * Runs `work` within a transaction shared with others and resolves with its result when that is durable.
   * `work` may run twice (see GroupCommit), so it must change nothing but the database.
   * @param weight about how many rows it writes
   * @param durable is told the result as soon as that is durable, in the order of writing, before anybody else
   * @throws Refusal `unavailable`, `busy`
   */
  async write<T>(work: () => T, weight = 1, durable?: (result: T) => void): Promise<T> {
    this.checkOpen();
    return this.#writes.write(work, weight, durable);
  }

  /**
   * Runs `work` at once, in a transaction of its own, durable on return.
   * @throws whatever `work` throws, and then nothing of it stays; Refusal `unavailable`, `busy`
   */
  transaction(work: () => void): void {
    this.#guard(() => this.#database.exec('BEGIN IMMEDIATE'));
    try {
      work();
      this.#guard(() => this.#database.exec('COMMIT'));
    } catch (error) {
      // Some errors, a full disk among them, have rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Finishes what waits, moves the log into the file and lets it go. Closed already is done. */
  close(): void {
    if (!this.#database.isOpen) return;
    this.#writes.flush();
    try {
      this.#guard(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    } finally {
      this.#statements.clear();
      this.#database.close();
    }
  }

  #guard<T>(work: () => T): T {
    this.checkOpen();
    try {
      return work();
    } catch (error) {
      throw sqliteRefusal(this.file, error);
    }
  }

  /** @throws Refusal `unavailable` where it is closed */
  checkOpen(): void {
    if (!this.#database.isOpen) throw unavailable(this.file, 'is closed; open it again');
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function opened(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (file !== IN_MEMORY) makeFile(file);
    database = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
    // The lock comes first: taken before the log is opened, the log's index needs no shared memory.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA journal_size_limit = 67108864');
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.exec('PRAGMA cache_size = -65536');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    if (isLocked(error)) {
      throw unavailable(file, 'is in use by another process; stop that one or name another file', error);
    }
    throw sqliteRefusal(file, error);
  }
}

/** The file holds what people did: only the account that runs the program may read it. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    // Never open and close a file that exists: closing it would drop the locks this process has on it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // SQLite says no more than "disk I/O error" where it may not write.
  for (const path of [dirname(file), file]) accessSync(path, constants.R_OK | constants.W_OK);
}
