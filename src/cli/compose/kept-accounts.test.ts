import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { sealedStore } from '@lcm/adapters/secrets/sealed-store.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { Revocations } from '@lcm/control-plane-api/auth/bearer/revocations.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../config.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { dataFiles } from './data-files.ts';
import { withKeptAccounts } from './kept-accounts.ts';
import { noteIssuer } from './last-issuer.ts';
import { openKeys } from './open-keys.ts';

it('what ends while the system does not run is over for it too, at whatever address it ran', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lcm-kept-accounts-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const config = readConfig({ LCM_DATA_DIR: dataDir });
  const asTheSystem = async <T>(work: (store: ExpiringStore) => Promise<T>): Promise<T> => {
    const { keys } = await openKeys(config, configuredSecrets({}, systemClock));
    const kept = openSqliteExpiringStore(dataFiles(config).logins, systemClock);
    return work(sealedStore(kept, keyring(keys))).finally(() => kept.close());
  };
  const ada = { username: 'ada', roles: ['admin' as const], groups: [] };
  const added = await withKeptAccounts(config, {}, ({ accounts }) =>
    accounts.add(ada, 'correct horse battery'),
  );
  if (added === 'runs') throw new Error('nothing runs here');
  const issuer = 'http://localhost:9123/oidc';
  await asTheSystem((store) => noteIssuer(store, issuer));
  const token = { issuer, subject: added.subject, issuedAt: systemClock.now() - 60_000 };
  const revoked = () =>
    asTheSystem((store) => new Revocations(store, systemClock, 86_400_000).isRevoked(token));
  expect(await revoked()).toBe(false);
  await withKeptAccounts(config, {}, ({ accounts }) => accounts.change('ada', { disabled: true }));
  expect(await revoked()).toBe(true);
});
