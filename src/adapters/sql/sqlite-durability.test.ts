import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from './sqlite-store.ts';

const KILLS = 6;
const writing = fileURLToPath(new URL('./commit-forever.fixture.ts', import.meta.url));

describe('an SQLite store whose process is killed', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lcm-kill-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has everything it acknowledged, each change with its events and none by half', async () => {
    const file = join(folder, 'lcm.db');
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await writeUntilKilled(file, 20 + Math.floor(Math.random() * 400));
      expect(acknowledged.size).toBeGreaterThan(0);
      await checkWhole(file, acknowledged);
    }
    expect(integrityOf(file)).toBe('ok');
  }, 60_000);
});

/** Versions acknowledged by writer, the process being killed some while after the first of them. */
async function writeUntilKilled(file: string, lines: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', writing, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    const [writer = '', version] = line.split(' ');
    acknowledged.set(writer, Number(version));
    // What was printed before the kill is still read.
    if (++seen === lines) child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return acknowledged;
}

async function checkWhole(file: string, acknowledged: Map<string, number>): Promise<void> {
  const store = openSqliteStore(file);
  let events = 0;
  for (const [writer, version] of acknowledged) {
    for (const side of ['left', 'right']) {
      const id = `${side}-${writer}`;
      const stored = await store.load<{ version: number }>('session', id);
      if (!stored) throw new Error(`${id} is gone`);
      expect(stored.version).toBeGreaterThanOrEqual(version);
      expect(stored.state.version).toBe(stored.version);
      const history = await store.history('session', id, 0, 100_000);
      expect(history.map((event) => [event.seq, event.version, event.type])).toEqual(
        Array.from({ length: stored.version }, (_, index) => [
          [2 * index + 1, index + 1, 'first'],
          [2 * index + 2, index + 1, 'second'],
        ]).flat(),
      );
      events += history.length;
    }
    // Both halves of a pair were handed in as one commit, which shares one transaction.
    const [left, right] = await store.loadMany('session', [`left-${writer}`, `right-${writer}`]);
    expect(right?.version).toBe(left?.version);
  }
  expect(await store.count('session')).toBe(2 * acknowledged.size);
  expect(await store.readLog(0, 1_000_000)).toHaveLength(events);
  await store.close();
}

function integrityOf(file: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    database.close();
  }
}
