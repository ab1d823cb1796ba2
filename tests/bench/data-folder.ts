import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder on the disk of this checkout, gone with its scope: /tmp may be memory, where syncing costs nothing. */
export async function dataFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = fileURLToPath(new URL('../../build/bench-data/', import.meta.url));
  await mkdir(parent, { recursive: true });
  const path = await mkdtemp(join(parent, 'run-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
