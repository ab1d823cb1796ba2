import { existsSync } from 'node:fs';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { EmbeddedAccounts } from '@lcm/adapters/oidc/accounts/embedded-accounts.ts';
import { endSignIns } from '@lcm/adapters/oidc/provider-records.ts';
import { EmbeddedServiceAccounts } from '@lcm/adapters/oidc/service-accounts/embedded-service-accounts.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { checkKeys } from '@lcm/adapters/secrets/check-keys.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { sealedStore } from '@lcm/adapters/secrets/sealed-store.ts';
import { isLocked } from '@lcm/adapters/sql/sqlite-error.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { IDENTITY_PATH } from '@lcm/control-plane-api/auth/accounts/identity-provider.ts';
import { Revocations } from '@lcm/control-plane-api/auth/bearer/revocations.ts';
import { LONGEST_LIFE_SECONDS } from '@lcm/control-plane-api/auth/bearer/verify-token.ts';
import { LoginSessions } from '@lcm/control-plane-api/auth/login/login-sessions.ts';
import { systemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { LocalAccounts } from '@lcm/core/spi/local-accounts.ts';
import type { ServiceAccounts } from '@lcm/core/spi/service-accounts.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { dataFiles } from './data-files.ts';
import { demoAccountsOn } from './demo-accounts.ts';
import { lastIssuer } from './last-issuer.ts';
import { openKeys } from './open-keys.ts';

/** The accounts of people and machines that a data folder holds. */
export interface KeptIdentity {
  accounts: LocalAccounts;
  serviceAccounts: ServiceAccounts;
}

/** Whether this data folder has been used. */
export const hasKeptAccounts = (config: Pick<Config, 'dataDir'>): boolean =>
  existsSync(dataFiles(config).logins);

/**
 * Gives the accounts of the data folder to `work`, straight from their file: for an installation that does not run,
 * such as one that has no admin yet. `runs` where it does, as then its file is its own.
 * @throws ConfigProblem where another issuer has the accounts
 */
export async function withKeptAccounts<T>(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  work: (kept: KeptIdentity) => Promise<T>,
): Promise<T | 'runs'> {
  if (config.login === 'oidc')
    throw new ConfigProblem(`accounts are kept by the issuer ${config.oidcIssuer}, not here`);
  const kept = openUnlessRunning(dataFiles(config).logins);
  if (!kept) return 'runs';
  try {
    const { keys, origin } = await openKeys(config, configuredSecrets(environment, systemClock));
    const store = sealedStore(kept, keyring(keys));
    await checkKeys(store, origin);
    const accounts = new EmbeddedAccounts({ store, random: systemRandom, demo: demoAccountsOn(config) });
    const serviceAccounts = new EmbeddedServiceAccounts({ store, clock: systemClock, random: systemRandom });
    const issuer = (await lastIssuer(store)) ?? issuerOf(config);
    const end = (subject: string) => endAll(store, issuer, subject);
    accounts.onRevoked(end);
    serviceAccounts.onRevoked(end);
    return await work({ accounts, serviceAccounts });
  } finally {
    await kept.close();
  }
}

function openUnlessRunning(file: string): ExpiringStore | undefined {
  try {
    return openSqliteExpiringStore(file, systemClock);
  } catch (error) {
    if (error instanceof Error && isLocked(error.cause)) return undefined;
    throw error;
  }
}

/** Ends what somebody signed in to, as the system does when it runs. */
async function endAll(store: ExpiringStore, issuer: string, subject: string): Promise<void> {
  const clock = systemClock;
  const { login } = systemSettingsValues.parse({});
  await endSignIns(store, subject);
  await new LoginSessions({ store, clock, random: systemRandom, limits: async () => login }).endOfPerson(
    issuer,
    subject,
  );
  await new Revocations(store, clock, LONGEST_LIFE_SECONDS * 1_000).revoke({ issuer, subject });
}

/** The issuer of the provider that is built in, once it runs with this configuration. */
function issuerOf({ publicUrl, host, port }: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  const address = `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`;
  return new URL(IDENTITY_PATH, publicUrl ?? address).href;
}
