import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileContentStore } from '@lcm/adapters/files/file-content-store.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { describeContentStore } from './content-store.ts';

describeContentStore('memory', async () => ({ store: new MemoryContentStore(), discard: async () => {} }));

describeContentStore('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-content-'));
  return { store: await openFileContentStore(folder), discard: () => rm(folder, { recursive: true }) };
});
