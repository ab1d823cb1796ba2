import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownKeys } from './key-file.ts';
import { keyring } from './keyring.ts';
import { rotateOwnKeys } from './rotate-own-keys.ts';
import { sealedRecords, sealedStore } from './sealed-store.ts';
import { newSecretKey } from './secret-key.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lcm-keys-'));
  file = join(folder, 'secret.key');
});
afterEach(() => rm(folder, { recursive: true }));

it('makes a key once, which only its owner may read', async () => {
  const keys = ownKeys(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(ownKeys(file)).toEqual(keys);
  expect(await readdir(folder)).toEqual(['secret.key']);
});

it('refuses a file that others may read, or that holds no keys, and makes no new one in its place', async () => {
  await writeFile(file, 'hunter2');
  await chmod(file, 0o600);
  expect(() => ownKeys(file)).toThrow(`key 1 of ${file} must be 32 random bytes in base64`);
  await chmod(file, 0o644);
  expect(() => ownKeys(file)).toThrow('others may read or change it (mode 0644)');
  expect(await readFile(file, 'utf8')).toBe('hunter2');
});

it('a rotation seals everything with a new key and takes the old one out', async () => {
  const store = new MemoryExpiringStore(new VirtualClock());
  const [old] = ownKeys(file);
  await sealedStore(store, keyring([old])).put('login', 'a', 'kept');
  const done = await rotateOwnKeys(file, sealedRecords(store));
  const [now, ...others] = ownKeys(file);
  expect(done).toMatchObject({ resealed: 1, keyId: now.id, retired: [old.id] });
  expect([now.id === old.id, others]).toEqual([false, []]);
  expect((await sealedStore(store, keyring([now])).get('login', 'a'))?.value).toBe('kept');
});

it('a rotation that was stopped is finished by the next, with the same new key', async () => {
  const store = new MemoryExpiringStore(new VirtualClock());
  const [old] = ownKeys(file);
  for (const id of ['a', 'b', 'c']) await sealedStore(store, keyring([old])).put('login', id, id);
  async function* untilKilled() {
    let left = 2;
    for await (const text of sealedRecords(store)) {
      if (left-- === 0) throw new Error('killed');
      yield text;
    }
  }
  await expect(rotateOwnKeys(file, untilKilled())).rejects.toThrow('killed');
  const between = ownKeys(file);
  expect(between.map(({ id }) => id)).toEqual([expect.any(String), old.id]);
  expect((await sealedStore(store, keyring(between)).get('login', 'a'))?.value).toBe('a');
  const done = await rotateOwnKeys(file, sealedRecords(store));
  expect(done).toMatchObject({ resealed: 1, current: 2, keyId: between[0].id, retired: [old.id] });
});

it('keeps the old keys as long as something does not open', async () => {
  const store = new MemoryExpiringStore(new VirtualClock());
  const [old] = ownKeys(file);
  await sealedStore(store, keyring([newSecretKey()])).put('login', 'a', 'lost');
  const done = await rotateOwnKeys(file, sealedRecords(store));
  expect(done).toMatchObject({ failed: expect.any(Map), retired: [] });
  expect(ownKeys(file).map(({ id }) => id)).toEqual([done.keyId, old.id]);
});
