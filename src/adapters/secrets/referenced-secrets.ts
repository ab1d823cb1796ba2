import { Refusal } from '@lcm/core/domain/refusal.ts';
import { parseSecretReference, type SecretReference } from '@lcm/core/domain/secret-reference.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';

/** Gives the secrets of one scheme. @throws Refusal `notFound`, `unavailable`; never with a secret in it */
export type SecretSource = (reference: SecretReference) => Promise<string>;

/** Secrets by reference, from wherever the reference says; only from the sources that are given. */
export function referencedSecrets(
  sources: Readonly<Partial<Record<SecretReference['scheme'], SecretSource>>>,
): Secrets {
  return {
    get: async (text) => {
      const reference = parseSecretReference(text);
      // Without the text: somebody may have written the secret in place of the reference.
      if (!reference)
        throw new Refusal(
          'invalid',
          'a secret must be referred to as env:NAME, file:PATH, aws-sm:NAME or aws-sm:NAME#MEMBER',
        );
      const source = sources[reference.scheme];
      if (!source) throw new Refusal('notFound', `no secrets are taken by ${reference.scheme}: here`);
      return source(reference);
    },
  };
}
