import { DatabaseSync } from 'node:sqlite';

/** One kind of thing that the simulated world remembers, by id. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, value: T): void;
  delete(id: string): void;
  values(): T[];
}

/** What the simulated world remembers across restarts of its process. */
export interface SimulatorState {
  /** The collection of that name, made when it is first asked for. Values must survive JSON. */
  collection<T>(name: string): Collection<T>;
  /** Forgets everything but the collections named, in collections already handed out too. */
  clear(except: string[]): void;
  close(): void;
}

/** Another process has the state: two would each keep half of the world. */
export class StateInUse extends Error {}

/**
 * Opens the simulator's state in one SQLite file (`:memory:` keeps nothing), for this process alone. Every put
 * is committed when it returns, so that a killed simulator comes back with everything that a client was told.
 * Values are also held in memory: the file is read once per collection.
 * @throws StateInUse where another process has the file
 */
export function openSimulatorState(file: string): SimulatorState {
  const database = openDatabase(file);
  const upsert = database.prepare(
    'INSERT INTO things VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM things WHERE collection = ? AND id = ?');
  const select = database.prepare('SELECT id, value FROM things WHERE collection = ? ORDER BY id');
  const names = database.prepare('SELECT DISTINCT collection FROM things');
  const removeAll = database.prepare('DELETE FROM things WHERE collection = ?');
  const opened = new Map<string, Collection<unknown>>();
  const memories = new Map<string, Map<string, unknown>>();

  const open = (name: string): Collection<unknown> => {
    const held = new Map<string, unknown>();
    memories.set(name, held);
    for (const row of select.all(name)) held.set(String(row['id']), JSON.parse(String(row['value'])));
    return {
      get: (id) => held.get(id),
      put: (id, value) => {
        upsert.run(name, id, JSON.stringify(value));
        held.set(id, value);
      },
      delete: (id) => {
        remove.run(name, id);
        held.delete(id);
      },
      values: () => [...held.values()],
    };
  };

  return {
    collection<T>(name: string) {
      let collection = opened.get(name);
      if (!collection) {
        collection = open(name);
        opened.set(name, collection);
      }
      return collection as Collection<T>;
    },
    clear: (except) => {
      for (const { collection } of names.all()) {
        const name = String(collection);
        if (except.includes(name)) continue;
        removeAll.run(name);
        memories.get(name)?.clear();
      }
    },
    close: () => database.close(),
  };
}

/** A process that has just been killed may hold its lock for a moment. */
const LOCK_WAIT_MS = 1_000;
/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS things (
        collection TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, id)
      ) WITHOUT ROWID;
      BEGIN IMMEDIATE; COMMIT;
    `);
    return database;
  } catch (error) {
    database.close();
    const busy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
    throw busy ? new StateInUse(`${file} is held by another simulator`, { cause: error }) : error;
  }
}
