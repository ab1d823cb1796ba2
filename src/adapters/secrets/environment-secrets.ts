import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SecretSource } from './referenced-secrets.ts';

/** Secrets in environment variables. */
export const environmentSecrets =
  (environment: Readonly<Record<string, string | undefined>>): SecretSource =>
  async ({ name }) => {
    const secret = environment[name];
    if (secret) return secret;
    throw new Refusal('notFound', `there is no environment variable ${name}, or it is empty`);
  };
