import type { ServiceAccount } from '@lcm/control-plane-api/auth/bearer/service-secrets.ts';
import { parseSecretReference } from '@lcm/core/domain/secret-reference.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { secretOf } from './configured-secrets.ts';

/** Fewest characters of a secret that is sent as it is. */
const SHORTEST = 32;

/**
 * Senders of CloudEvents that no issuer gives a token: each by a secret of its own, which may send events and do
 * nothing else.
 * @throws ConfigProblem for what is not `name=reference`, and for a secret that cannot be had or is weak
 */
export async function eventSources(
  { eventSources: text }: Config,
  secrets: Secrets,
): Promise<ServiceAccount[]> {
  const written = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return Promise.all(
    written.map(async (one): Promise<ServiceAccount> => {
      const [, name, reference] = /^([a-z0-9-]{1,40})=(.+)$/.exec(one) ?? [];
      if (name === undefined || reference === undefined || !parseSecretReference(reference))
        throw new ConfigProblem(
          'LCM_EVENT_SOURCES must be names and references such as lds=env:LDS_EVENT_SECRET',
        );
      const secret = await secretOf(secrets, 'LCM_EVENT_SOURCES', reference);
      if (secret.length < SHORTEST || new Set(secret).size < SHORTEST / 4)
        throw new ConfigProblem(
          `LCM_EVENT_SOURCES: the secret of ${name} is weak: make ${SHORTEST} random characters or more`,
        );
      return { name, roles: ['event-source'], secret };
    }),
  );
}
