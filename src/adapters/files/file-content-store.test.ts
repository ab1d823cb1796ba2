import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileContentStore } from './file-content-store.ts';
import { handOver } from './without-privileges.fixture.ts';

const bytes = new TextEncoder().encode('hostname r1\n');

describe('a content folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lcm-content-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = (key: string) => join(folder, key.slice(7, 9), key.slice(7));

  it('has a file per content, spread over folders by hash, for nobody else to read', async () => {
    const key = await (await openFileContentStore(folder)).put(bytes);
    const { mode } = await stat(path(key));
    expect(mode & 0o777).toBe(0o400);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('keeps its contents for the next process', async () => {
    const key = await (await openFileContentStore(folder)).put(bytes);
    expect(await (await openFileContentStore(folder)).get(key)).toEqual(bytes);
  });

  it('gives out nothing that does not match its key any more, and mends it when it is put again', async () => {
    const store = await openFileContentStore(folder);
    const key = await store.put(bytes);
    for (const damage of ['hostname r2\n', '']) {
      await rm(path(key));
      await writeFile(path(key), damage);
      await expect(store.get(key)).rejects.toMatchObject({
        code: 'notFound',
        message: expect.stringContaining('is damaged'),
      });
      expect(await store.put(bytes)).toBe(key);
      expect(await store.get(key)).toEqual(bytes);
    }
  });

  it('cannot be led out of itself by a key', async () => {
    const store = await openFileContentStore(join(folder, 'inner'));
    await writeFile(join(folder, 'secret'), bytes);
    const digest = (await store.put(bytes)).slice(7);
    for (const key of [
      '../secret',
      'sha256-../../secret',
      `sha256-../${digest.slice(0, 2)}/${digest}`,
      `sha256-${digest.toUpperCase()}`,
      `sha256-${digest}\n`,
      `sha256-${digest}/`,
      digest,
      '',
      'incoming',
    ]) {
      expect(await store.has(key)).toBe(false);
      await expect(store.get(key)).rejects.toMatchObject({ code: 'notFound' });
    }
  });

  it('throws away what a crash left half written, but not what somebody may be writing now', async () => {
    await openFileContentStore(folder);
    const [old, young] = [join(folder, 'incoming', 'old'), join(folder, 'incoming', 'young')];
    await writeFile(old, 'half');
    await writeFile(young, 'half');
    await utimes(old, 1, 1);
    await openFileContentStore(folder);
    expect(await readdir(join(folder, 'incoming'))).toEqual(['young']);
  });

  it('says which folder fails and what to do', async () => {
    await writeFile(join(folder, 'plain'), '');
    await expect(openFileContentStore(join(folder, 'plain'))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/plain fails with E\w+; it must be a folder/),
    });
    const store = await openFileContentStore(folder);
    await rm(join(folder, 'incoming'), { recursive: true });
    await writeFile(join(folder, 'incoming'), '');
    await expect(store.put(bytes)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses to work where it may not write', async () => {
    const key = await (await openFileContentStore(folder)).put(bytes);
    await rm(path(key));
    await handOver(folder, join(folder, 'incoming'), join(folder, key.slice(7, 9)));
    await chmod(join(folder, 'incoming'), 0o500);
    expect(putElsewhere(folder)).toMatch(/^unavailable: .*EACCES/);
    await chmod(join(folder, 'incoming'), 0o700);
    expect(putElsewhere(folder)).toBe(key);
  });
});

/** Puts the bytes in a process that is not root's. */
function putElsewhere(folder: string): string {
  const script = fileURLToPath(new URL('./put-once.fixture.ts', import.meta.url));
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    encoding: 'utf8',
  }).stdout;
}
