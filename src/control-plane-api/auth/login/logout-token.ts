import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { IdentityIssuer } from './identity-issuer.ts';

/** Whose logins end: those of one session at the issuer, or all of a person's. */
export interface LoggedOut {
  issuer: string;
  sid?: string | undefined;
  subject?: string | undefined;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Signatures that only the issuer can have made. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const MAX_AGE_SECONDS = 120;
const SKEW_SECONDS = 60;
const COLLECTION = 'logout-token';

const logoutClaims = z
  .object({
    sub: z.string().min(1).optional(),
    sid: z.string().min(1).optional(),
    jti: z.string().min(1).max(300),
    events: z.object({ [EVENT]: z.looseObject({}) }),
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/**
 * What a logout token says, if it is the issuer's, for us, new, and not sent before
 * (OpenID Connect Back-Channel Logout 1.0, section 2.6).
 * @throws Refusal `invalid` for any other; `unavailable` where the issuer's keys cannot be had
 */
export async function readLogoutToken(
  token: string,
  { issuer, store, clock }: { issuer: IdentityIssuer; store: ExpiringStore; clock: Clock },
): Promise<LoggedOut> {
  const { name, keys } = await issuer.trust();
  const verified = await jwtVerify(token, keys, {
    issuer: name,
    audience: issuer.clientId,
    algorithms: ALGORITHMS,
    maxTokenAge: MAX_AGE_SECONDS,
    clockTolerance: SKEW_SECONDS,
    currentDate: new Date(clock.now()),
  }).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!/^(logout\+)?jwt$/i.test(verified.protectedHeader.typ ?? 'JWT')) throw refused();
  const claims = logoutClaims.safeParse(verified.payload);
  if (!claims.success) throw refused(claims.error);
  const expiresAt = clock.now() + (MAX_AGE_SECONDS + 2 * SKEW_SECONDS) * 1_000;
  if (!(await store.put(COLLECTION, claims.data.jti, true, { ifVersion: 0, expiresAt }))) throw refused();
  return { issuer: name, sid: claims.data.sid, subject: claims.data.sub };
}

const refused = (cause?: unknown) =>
  new Refusal('invalid', 'the logout token is not to be trusted', { ...(cause ? { cause } : {}) });
