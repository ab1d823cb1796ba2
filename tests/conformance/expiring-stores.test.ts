import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { sealedStore } from '@lcm/adapters/secrets/sealed-store.ts';
import { newSecretKey } from '@lcm/adapters/secrets/secret-key.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { expect, it } from 'vitest';
import { describeExpiringStore } from './expiring-store.ts';

describeExpiringStore('memory', async (clock) => ({
  store: new MemoryExpiringStore(clock),
  discard: async () => {},
}));

describeExpiringStore('sealed', async (clock) => ({
  store: sealedStore(new MemoryExpiringStore(clock), keyring([newSecretKey()])),
  discard: async () => {},
}));

describeExpiringStore('SQLite', async (clock) => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-expiring-'));
  const store = openSqliteExpiringStore(join(folder, 'logins.sqlite'), clock);
  const discard = async () => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, discard };
});

it('SQLite keeps records over a restart, and sweeps out what is over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-expiring-'));
  const file = join(folder, 'logins.sqlite');
  const clock = new VirtualClock();
  const before = openSqliteExpiringStore(file, clock);
  await before.put('login', 'a', 'kept', { index: { account: 'ada' } });
  await before.put('login', 'b', 'over', { expiresAt: clock.now() + 1, index: { account: 'ada' } });
  await before.close();
  await clock.advance(120_000);
  const after = openSqliteExpiringStore(file, clock);
  await after.put('login', 'c', 'new');
  expect((await after.findBy('login', 'account', 'ada')).map(({ id }) => id)).toEqual(['a']);
  await after.close();
  await rm(folder, { recursive: true });
});
