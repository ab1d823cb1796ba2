import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';

/** Secrets that are known when the system is put together, by their references. */
export function fixedSecrets(secrets: Readonly<Record<string, string>>): Secrets {
  return {
    get: async (reference) => {
      const secret = secrets[reference];
      if (secret === undefined) throw new Refusal('notFound', `there is no secret ${reference}`);
      return secret;
    },
  };
}
