import { existsSync } from 'node:fs';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { reseal, type SealedText } from '@lcm/adapters/secrets/reseal.ts';
import { type Rotated, rotateOwnKeys } from '@lcm/adapters/secrets/rotate-own-keys.ts';
import { sealedRecords } from '@lcm/adapters/secrets/sealed-store.ts';
import { openSqliteAudit } from '@lcm/adapters/sql/sqlite-audit-log.ts';
import { openSqliteExpiringStore } from '@lcm/adapters/sql/sqlite-expiring-store.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { dataFiles } from './data-files.ts';
import { openKeys } from './open-keys.ts';

/** What came of it, and whether the keys are this installation's own, which it has put in order by itself. */
export interface SecretsRotated extends Rotated {
  areOwn: boolean;
}

/**
 * Seals everything in the data folder anew: with a new key where this installation keeps its own, otherwise with the
 * first of those that are configured. The system must not run meanwhile. May be stopped and begun again.
 * @throws ConfigProblem where there is nothing to rotate; Refusal `unavailable` where the system runs
 */
export async function rotateSecrets(
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<SecretsRotated> {
  const files = dataFiles(config);
  if (!existsSync(files.logins))
    throw new ConfigProblem(
      `there is nothing sealed in ${config.dataDir}: set LCM_DATA_DIR to the folder of the data`,
    );
  const logins = openSqliteExpiringStore(files.logins, systemClock);
  const audit = existsSync(files.audit) ? openSqliteAudit(files.audit) : undefined;
  async function* texts(): AsyncGenerator<SealedText> {
    yield* sealedRecords(logins);
    if (audit) yield* audit.sealedTexts();
  }
  try {
    if (config.secretKey === undefined) {
      return { ...(await rotateOwnKeys(files.keys, texts())), areOwn: true };
    }
    const { keys } = await openKeys(config, configuredSecrets(environment, systemClock));
    const ring = keyring(keys);
    const done = await reseal(texts(), ring);
    const [keyId, ...others] = ring.ids;
    return { ...done, keyId, retired: others.filter((id) => !done.keysInUse.has(id)), areOwn: false };
  } finally {
    audit?.close();
    await logins.close();
  }
}
