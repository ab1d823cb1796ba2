import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { onTestFinished } from 'vitest';

/** Stores that races are run against; each is closed and removed when its test is over. */
export const STORES: readonly (readonly [name: string, open: () => Promise<StateStore>])[] = [
  ['memory', async () => new MemoryStore()],
  ['an SQLite file', sqliteFile],
];

async function sqliteFile(): Promise<StateStore> {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-races-'));
  const store = openSqliteStore(join(folder, 'lcm.sqlite'));
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
}
