import type { Role } from '@lcm/core/api/endpoint.ts';
import { isServiceName } from '@lcm/core/api/services.ts';
import { z } from 'zod';
import type { Caller } from '../caller.ts';
import { personOf } from '../person-claims.ts';

const text = z.string().min(1).max(500);

/** What makes a JWT an access token of ours to take (RFC 9068, section 2.2); who it tells of is said beside it. */
export const tokenClaims = z.looseObject({
  iss: text,
  sub: z.string().min(1).max(200),
  /** Seconds since the epoch. */
  iat: z.number(),
  exp: z.number(),
  jti: text.optional(),
  /** The login session at the issuer that it came from. */
  sid: text.optional(),
  /** Keycloak says here what a token is for: `Bearer`, or `ID`, `Refresh`, `Logout`, which are none of ours. */
  typ: z.literal('Bearer').optional(),
});
export type TokenClaims = z.infer<typeof tokenClaims>;

const serviceClaims = z.object({
  /** Who asked for the token. */
  client_id: z.string().optional().catch(undefined),
  azp: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  /** The service of ours that the token was given to. */
  service: z.string().optional().catch(undefined),
  roles: z.array(z.string()).optional().catch(undefined),
  realm_access: z
    .object({ roles: z.array(z.string()) })
    .optional()
    .catch(undefined),
});

/**
 * Who the claims of a verified token tell of: a person, or a service account. Who has the role `controller` is one
 * only as the service that the token names; roles that we do not know are the business of others.
 */
export function callerOf(claims: TokenClaims): Caller {
  const { knownAs, ...person } = personOf(claims.iss, claims);
  const said = serviceClaims.parse(claims);
  const { service, roles, realm_access } = said;
  const named = roles ?? realm_access?.roles ?? [];
  const machine: Role[] = named.includes('event-source') ? ['event-source'] : [];
  if (!named.includes('controller') || !isServiceName(service))
    return {
      ...person,
      ...(isOwnAccount(said, claims.sub) ? {} : { knownAs }),
      roles: [...person.roles, ...machine],
    };
  return { ...person, roles: ['controller', ...machine], services: [service] };
}

/**
 * Whether a client speaks for itself and for nobody (RFC 9068, section 2.2, on `sub`; Keycloak has an account for
 * each such client, and names it after the client).
 */
const isOwnAccount = (
  { client_id, azp, preferred_username }: z.infer<typeof serviceClaims>,
  subject: string,
): boolean =>
  subject === client_id || preferred_username === `service-account-${(client_id ?? azp ?? '').toLowerCase()}`;
