import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuditKeys } from '@lcm/adapters/audit/audit-keys.ts';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { fixedSecrets } from '@lcm/adapters/secrets/fixed-secrets.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { sealedStore } from '@lcm/adapters/secrets/sealed-store.ts';
import { newSecretKey, writtenKeys } from '@lcm/adapters/secrets/secret-key.ts';
import { openSqliteAudit } from '@lcm/adapters/sql/sqlite-audit-log.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import type { Sealer } from '@lcm/core/spi/sealer.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportOf } from '../commands/secrets.ts';
import { dataFiles } from './data-files.ts';
import { openKeys } from './open-keys.ts';
import { rotateSecrets } from './rotate-secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lcm-rotate-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** What a system of those keys leaves behind, and reads again. */
async function withData<T>(
  sealer: Sealer,
  work: (logins: ReturnType<typeof sealedStore>) => Promise<T>,
): Promise<T> {
  const logins = sealedStore(openSqliteExpiringStore(dataFiles({ dataDir }).logins, systemClock), sealer);
  const audit = openSqliteAudit(dataFiles({ dataDir }).audit);
  try {
    await openAuditKeys(audit.persons, sealer);
    return await work(logins);
  } finally {
    audit.close();
    await logins.close();
  }
}

it("rotates the installation's own keys: logins and audit go on with the new one", async () => {
  const config = { dataDir, secretKey: undefined };
  const before = await openKeys(config, fixedSecrets({}));
  await withData(keyring(before.keys), (logins) => logins.put('login', 'a', 'kept'));
  const done = await rotateSecrets(config, {});
  const after = await openKeys(config, fixedSecrets({}));
  expect(done).toMatchObject({
    resealed: 2,
    areOwn: true,
    keyId: after.keys[0].id,
    retired: [before.keys[0].id],
  });
  expect(await withData(keyring(after.keys), (logins) => logins.get('login', 'a'))).toMatchObject({
    value: 'kept',
  });
  expect(reportOf(done)).toContain(`2 sealed anew with key ${done.keyId}, 0 were before.`);
});

it('seals with the first of the configured keys, and says which can be taken out', async () => {
  const [old, next] = [newSecretKey(), newSecretKey()];
  await withData(keyring([old]), (logins) => logins.put('login', 'a', 'kept'));
  const environment = { KEYS: writtenKeys([next, old]) };
  const done = await rotateSecrets({ dataDir, secretKey: 'env:KEYS' }, environment);
  expect(done).toMatchObject({ resealed: 2, keyId: next.id, retired: [old.id] });
  expect(reportOf(done)).toContain(`take them out of LCM_SECRET_KEY: ${old.id}`);
  expect(await withData(keyring([next]), (logins) => logins.get('login', 'a'))).toMatchObject({
    value: 'kept',
  });
});

it('says which key is missing, and leaves what it cannot open', async () => {
  const [lost, next] = [newSecretKey(), newSecretKey()];
  await withData(keyring([lost]), (logins) => logins.put('login', 'a', 'kept'));
  const done = await rotateSecrets({ dataDir, secretKey: writtenKeys([next]) }, {});
  expect(reportOf(done)).toContain(`NOT opened: login/a: login/a was sealed with key ${lost.id}`);
  expect(await withData(keyring([lost]), (logins) => logins.get('login', 'a'))).toMatchObject({
    value: 'kept',
  });
});

it('refuses where there is nothing to rotate', async () => {
  await expect(rotateSecrets({ dataDir: join(dataDir, 'none'), secretKey: undefined }, {})).rejects.toThrow(
    'set LCM_DATA_DIR',
  );
});
