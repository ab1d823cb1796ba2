import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { expect, it } from 'vitest';
import { checkKeys } from './check-keys.ts';
import { keyring } from './keyring.ts';
import { reseal } from './reseal.ts';
import { sealedRecords, sealedStore } from './sealed-store.ts';
import { newSecretKey } from './secret-key.ts';

const [one, other] = [newSecretKey(), newSecretKey()];
const FAR = Date.parse('2100-01-01T00:00:00Z');
/** The store, but for what is replaced. */
const seen = (store: ExpiringStore, replaced: Partial<ExpiringStore>): ExpiringStore => ({
  ...sealedStore(store, keyring([one])),
  walk: (after) => store.walk(after),
  rewrite: (place, value, ifVersion) => store.rewrite(place, value, ifVersion),
  ...replaced,
});
const stored = () => new MemoryExpiringStore(new VirtualClock());

it('what is stored shows neither values nor names of fields', async () => {
  const store = stored();
  await sealedStore(store, keyring([one])).put('login', 'a', { refreshToken: 'marker-token' });
  const kept = JSON.stringify(await store.walk());
  expect(kept).not.toContain('marker-token');
  expect(kept).not.toContain('refreshToken');
});

it('refuses a record that was put in the place of another, or written past the seal', async () => {
  const store = stored();
  const sealed = sealedStore(store, keyring([one]));
  await sealed.put('login', 'mine', { roles: ['user'] });
  await store.put('login', 'theirs', (await store.get('login', 'mine'))?.value);
  await store.put('login', 'forged', { roles: ['admin'] });
  await expect(sealed.get('login', 'theirs')).rejects.toThrow(
    'login/theirs cannot be opened: it was changed or moved',
  );
  await expect(sealed.get('login', 'forged')).rejects.toThrow(
    'login/forged cannot be opened: it was never sealed',
  );
});

it('seals everything anew with the first key, and leaves end, index and values as they are', async () => {
  const store = stored();
  const before = sealedStore(store, keyring([one]));
  const many = Array.from({ length: 1_100 }, (_, n) => `g${n}`);
  for (const id of many) await before.put('grant', id, { id }, { expiresAt: FAR, index: { account: 'ada' } });
  const both = keyring([other, one]);
  await sealedStore(store, both).put('login', 'new', 'n');
  expect(await reseal(sealedRecords(store), both)).toEqual({
    resealed: 1_100,
    current: 1,
    overtaken: 0,
    failed: new Map(),
    keysInUse: new Set([other.id]),
  });
  const after = sealedStore(store, keyring([other]));
  expect(await after.get('grant', 'g7')).toEqual({
    id: 'g7',
    value: { id: 'g7' },
    version: 2,
    expiresAt: FAR,
  });
  expect(await after.findBy('grant', 'account', 'ada')).toHaveLength(1_000);
});

it('goes on where it was stopped', async () => {
  const store = stored();
  const before = sealedStore(store, keyring([one]));
  for (const id of ['a', 'b', 'c', 'd']) await before.put('grant', id, id);
  const both = keyring([other, one]);
  let left = 2;
  const stopping = seen(store, {
    rewrite: async (...given) => {
      if (left-- === 0) throw new Error('killed');
      return store.rewrite(...given);
    },
  });
  await expect(reseal(sealedRecords(stopping), both)).rejects.toThrow('killed');
  expect(await reseal(sealedRecords(store), both)).toMatchObject({ resealed: 2, current: 2 });
});

it('leaves what does not open as it is, and says why and which keys are needed still', async () => {
  const [store, lost] = [stored(), newSecretKey()];
  await sealedStore(store, keyring([lost])).put('login', 'a', 1);
  await sealedStore(store, keyring([one])).put('login', 'b', 2);
  const before = await store.get('login', 'a');
  const done = await reseal(sealedRecords(store), keyring([other, one]));
  expect(done).toMatchObject({ resealed: 1, keysInUse: new Set([lost.id, other.id]) });
  expect(done.failed.get('login/a')).toContain(`sealed with key ${lost.id}`);
  expect(await store.get('login', 'a')).toEqual(before);
});

it('does not write over what somebody else wrote meanwhile', async () => {
  const store = stored();
  await sealedStore(store, keyring([one])).put('login', 'a', 'old');
  const racing = seen(store, {
    walk: async (after) => {
      const page = await store.walk(after);
      if (!after) await sealedStore(store, keyring([one])).put('login', 'a', 'theirs');
      return page;
    },
  });
  expect(await reseal(sealedRecords(racing), keyring([other, one]))).toMatchObject({
    resealed: 0,
    overtaken: 1,
    keysInUse: new Set([other.id, one.id]),
  });
  expect((await sealedStore(store, keyring([one])).get('login', 'a'))?.value).toBe('theirs');
});

it('says at the start that the keys are not those of the data', async () => {
  const store = stored();
  await checkKeys(sealedStore(store, keyring([one])), 'LCM_SECRET_KEY');
  await checkKeys(sealedStore(store, keyring([other, one])), 'LCM_SECRET_KEY');
  await expect(checkKeys(sealedStore(store, keyring([other])), 'LCM_SECRET_KEY')).rejects.toThrow(
    `the keys in LCM_SECRET_KEY are not those of the data: keyring/check was sealed with key ${one.id}, and the keyring holds only ${other.id}`,
  );
});
