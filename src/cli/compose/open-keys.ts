import { ownKeys } from '@lcm/adapters/secrets/key-file.ts';
import { type SecretKey, secretKeys } from '@lcm/adapters/secrets/secret-key.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { secretOf } from './configured-secrets.ts';
import { dataFiles } from './data-files.ts';

/** The keys by which the store's secrets are sealed, and where they came from. */
export interface OpenedKeys {
  keys: readonly [SecretKey, ...SecretKey[]];
  origin: string;
}

/**
 * The keys that the configuration gives, or else this installation's own, made once.
 * @throws ConfigProblem that says what is wrong with them
 */
export async function openKeys(
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  secrets: Secrets,
): Promise<OpenedKeys> {
  try {
    if (config.secretKey === undefined) {
      const file = dataFiles(config).keys;
      return { keys: ownKeys(file), origin: file };
    }
    const text = await secretOf(secrets, 'LCM_SECRET_KEY', config.secretKey);
    return { keys: secretKeys(text, 'LCM_SECRET_KEY'), origin: 'LCM_SECRET_KEY' };
  } catch (cause) {
    if (cause instanceof Refusal) throw new ConfigProblem(cause.message);
    throw cause;
  }
}
