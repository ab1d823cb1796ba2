import type { Role } from '@lcm/core/api/endpoint.ts';
import { z } from 'zod';
import type { Caller } from './caller.ts';

const texts = z.array(z.string()).catch([]);
const text = z.string().min(1).max(200).optional().catch(undefined);

const someone = z.object({ sub: z.string().min(1), username: text, preferred_username: text });

/** What we read of a token's claims; what is malformed is taken for not said. */
const personClaims = someone.extend({
  user_id: text,
  email: text,
  /** That of others may be in there as well: only what was verified says who somebody is (OpenID Connect Core, 5.1). */
  email_verified: z.literal(true).optional().catch(undefined),
  department: text,
  roles: texts.optional().catch(undefined),
  realm_access: z.object({ roles: texts }).optional().catch(undefined),
  groups: texts.optional().catch(undefined),
  /** Who acts for the subject (RFC 8693, section 4.1). */
  act: someone.optional().catch(undefined),
});

/**
 * The person that an issuer's claims tell of. Roles are those of `roles`, or of Keycloak's `realm_access`; names
 * that are no role of a person's are passed over.
 * @throws ZodError where there is no subject
 */
export function personOf(issuer: string, claims: unknown): Omit<Caller, 'credential' | 'address' | 'scopes'> {
  const { sub, user_id, email, email_verified, department, roles, realm_access, groups, act, ...names } =
    personClaims.parse(claims);
  const named = new Set(roles ?? realm_access?.roles);
  return {
    issuer,
    subject: sub,
    username: names.username ?? names.preferred_username ?? email ?? sub,
    roles: PEOPLE.filter((role) => named.has(role)),
    ...(department ? { department } : {}),
    ...(groups ? { groups } : {}),
    knownAs: {
      ids: [...new Set([sub, ...(user_id ? [user_id] : [])])],
      ...(email && email_verified ? { email: email.toLowerCase() } : {}),
    },
    ...(act
      ? {
          impersonator: {
            issuer,
            subject: act.sub,
            username: act.username ?? act.preferred_username ?? act.sub,
          },
        }
      : {}),
  };
}

/** Roles that a person may have: `controller` is for services alone. */
const PEOPLE: readonly Role[] = ['admin', 'manager', 'lab-author', 'user', 'candidate'];
