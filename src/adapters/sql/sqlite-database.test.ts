import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Change } from '@lcm/core/spi/state-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver } from '../files/without-privileges.fixture.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { openSqliteStore, SqliteStore } from './sqlite-store.ts';

describe('a database file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lcm-sqlite-'));
    file = join(folder, 'lcm.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made together with its folders, for nobody else to read', async () => {
    const deep = join(folder, 'a', 'b', 'lcm.db');
    const store = openSqliteStore(deep);
    await store.commit([change('a')]);
    for (const name of await readdir(join(folder, 'a', 'b'))) {
      expect((await stat(join(folder, 'a', 'b', name))).mode & 0o077).toBe(0);
    }
    await store.close();
  });

  it('syncs its write-ahead log with every transaction', async () => {
    const database = new SqliteDatabase(file);
    expect(database.get('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' });
    // 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
    expect(database.get('PRAGMA synchronous')).toMatchObject({ synchronous: 2 });
    database.close();
  });

  it('is one file after it was closed', async () => {
    const store = openSqliteStore(file);
    await store.commit([change('a')]);
    await store.close();
    expect(await readdir(folder)).toEqual(['lcm.db']);
  });

  it('is refused to a second process in one line, until the first lets it go', async () => {
    const store = openSqliteStore(file);
    await store.commit([change('a')]);
    const inUse = `the database ${file} is in use by another process; stop that one or name another file`;
    expect(openElsewhere(file)).toBe(inUse);
    expect(refusalOf(() => openSqliteStore(file))).toMatchObject({ code: 'unavailable', message: inUse });
    // The failed attempts must not have cost the first its lock.
    expect(openElsewhere(file)).toBe(inUse);
    await store.commit([change('b')]);
    await store.close();
    expect(openElsewhere(file)).toBe('opened');
  });

  it('is refused where it is no database, and left as it is', async () => {
    await writeFile(file, 'Dear diary, today I was mistaken for a database. '.repeat(100));
    expect(refusalOf(() => openSqliteStore(file))).toMatchObject({
      code: 'unavailable',
      message: `the database ${file} is not an SQLite database; name another file or move this one away`,
    });
    expect((await stat(file)).size).toBe(4_900);
  });

  it('says that it is damaged where it is', async () => {
    const store = openSqliteStore(file);
    await store.commit(Array.from({ length: 50 }, (_, n) => change(`s${n}`, 'x'.repeat(2_000))));
    await store.close();
    const pages = await open(file, 'r+');
    const { size } = await pages.stat();
    await pages.write(Buffer.alloc(size / 2, 0xff), 0, size / 2, size / 2);
    await pages.close();
    // Where the damage shows depends on the page: at the start or when the document is read.
    const use = async () => {
      const damaged = openSqliteStore(file);
      await damaged.list('session', { limit: 1_000 }).finally(() => damaged.close());
    };
    await expect(use()).rejects.toMatchObject({
      code: 'unavailable',
      message: `the database ${file} is damaged; stop, keep a copy of it and restore the last backup`,
    });
  });

  it('is refused where its path leads nowhere', async () => {
    await writeFile(join(folder, 'plain'), '');
    for (const path of [join(folder, 'plain', 'lcm.db'), folder]) {
      const refusal = refusalOf(() => openSqliteStore(path));
      expect(refusal.code).toBe('unavailable');
      expect(refusal.message).toContain(path);
      expect(refusal.message).toMatch(/; .*folder/);
    }
  });

  it('is refused where it or its folder is not writable', async () => {
    await openSqliteStore(file).close();
    await handOver(file, folder);
    expect(openElsewhere(file, 'unprivileged')).toBe('opened');
    for (const path of [file, folder]) {
      await chmod(path, 0o500);
      expect(openElsewhere(file, 'unprivileged')).toContain('(EACCES)');
      await chmod(path, 0o700);
    }
    expect(openElsewhere(file, 'unprivileged')).toBe('opened');
  });

  it('is refused where a newer version of the program made it, and left as it is', async () => {
    await openSqliteStore(file).close();
    execute(file, `UPDATE meta SET value = '99' WHERE name = 'schema'`);
    expect(refusalOf(() => openSqliteStore(file)).message).toMatch(
      /has layout 99, .* run the version that wrote it/,
    );
    execute(file, `UPDATE meta SET value = '1' WHERE name = 'schema'`);
    await openSqliteStore(file).close();
  });

  it('keeps what it has where the disk is full, says so, and goes on when there is space', async () => {
    const database = new SqliteDatabase(file);
    const store = new SqliteStore(database);
    database.get('PRAGMA max_page_count = 400');
    let committed = 0;
    const fill = async () => {
      while (committed < 1_000) {
        await store.commit([change(`s${committed}`, 'x'.repeat(20_000))]);
        committed++;
      }
    };
    const refusal = await fill().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'unavailable',
      message: `the database ${file} cannot grow, the disk is full; free some space`,
    });
    expect(await store.count('session')).toBe(committed);
    expect(await store.readLog(0, 1_000)).toHaveLength(committed);
    database.get('PRAGMA max_page_count = 1000000');
    await store.commit([change('after', 'x'.repeat(20_000))]);
    expect(await store.count('session')).toBe(committed + 1);
    await store.close();
  });

  it('asks callers to come again where more waits than it can take, and finishes the rest', async () => {
    const store = openSqliteStore(file);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12_000 }, (_, n) => store.commit([change(`s${n}`)])),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.reason).toMatchObject({ code: 'busy' });
    expect(await store.count('session')).toBe(12_000 - refused.length);
    await store.close();
  });

  it('lets others keep tables beside the store, written in the same transactions', async () => {
    const database = new SqliteDatabase(file);
    const store = new SqliteStore(database);
    database.transaction(() => database.run('CREATE TABLE login (id TEXT PRIMARY KEY)'));
    const login = database.write(() => database.run(`INSERT INTO login VALUES ('a')`));
    const clash = database.write(() => database.run(`INSERT INTO login VALUES ('a')`));
    const commit = store.commit([change('a')]);
    await login;
    await expect(clash).rejects.toThrow(/UNIQUE/);
    expect(await commit).toEqual([{ status: 'committed', version: 1 }]);
    expect(database.all('SELECT id FROM login')).toHaveLength(1);
    expect(await store.readLog(0, 10)).toHaveLength(1);
    await store.close();
  });
});

const change = (id: string, filling = ''): Change => ({
  kind: 'session',
  id,
  expectedVersion: 0,
  state: { createdAt: '2026-01-01T00:00:00.000Z', filling },
  fences: {},
  events: [{ type: 'created', at: '2026-01-01T00:00:00.000Z', by: 'test', data: {} }],
});

function openElsewhere(file: string, ...as: 'unprivileged'[]): string {
  const script = fileURLToPath(new URL('./open-once.fixture.ts', import.meta.url));
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, file, ...as], {
    encoding: 'utf8',
  }).stdout;
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
