import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyContent, MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { IN_MEMORY } from '@lcm/adapters/sql/sqlite-database.ts';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import { describeStateStore } from './state-store.ts';

describeStateStore('memory', async () => {
  const content = emptyContent();
  return {
    open: async (shapes) => new MemoryStore({ content, ...(shapes ? { shapes } : {}) }),
    discard: async () => {},
  };
});

describeStateStore('an SQLite file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-store-'));
  return {
    open: async (shapes) => openSqliteStore(join(folder, 'lcm.db'), shapes),
    discard: () => rm(folder, { recursive: true }),
  };
});

describeStateStore(
  'SQLite in memory',
  async () => ({ open: async (shapes) => openSqliteStore(IN_MEMORY, shapes), discard: async () => {} }),
  { lasting: false },
);
