import { awsSecrets } from '@lcm/adapters/secrets/aws-secrets.ts';
import { environmentSecrets } from '@lcm/adapters/secrets/environment-secrets.ts';
import { fileSecrets } from '@lcm/adapters/secrets/file-secrets.ts';
import { referencedSecrets } from '@lcm/adapters/secrets/referenced-secrets.ts';
import { rememberedSecrets } from '@lcm/adapters/secrets/remembered-secrets.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { parseSecretReference } from '@lcm/core/domain/secret-reference.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import { ConfigProblem } from '../config.ts';

/** Secrets that the configuration refers to, from wherever the reference says. */
export function configuredSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Secrets {
  const sources = {
    env: environmentSecrets(environment),
    file: fileSecrets(),
    'aws-sm': awsSecrets(),
  };
  return rememberedSecrets(referencedSecrets(sources), clock);
}

/**
 * What a variable comes to that holds a secret or says where it is kept.
 * @throws ConfigProblem that names the variable where the secret cannot be had
 */
export async function secretOf(secrets: Secrets, variable: string, text: string): Promise<string> {
  if (!parseSecretReference(text)) return text;
  try {
    return await secrets.get(text);
  } catch (cause) {
    if (cause instanceof Refusal) throw new ConfigProblem(`${variable}: ${cause.message}`);
    throw cause;
  }
}
