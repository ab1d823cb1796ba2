import { Refusal } from '@lcm/core/domain/refusal.ts';
import { decodeJwt, errors, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import { type TokenClaims, tokenClaims } from './token-claims.ts';

/** An issuer whose access tokens are taken. */
export interface TrustedIssuer {
  /** As it stands in `iss`. */
  issuer: string;
  /** What must be among `aud`: tokens for others are not for us. */
  audience: string;
  keys: JWTVerifyGetKey;
}

/** Signatures by a private key that the issuer alone has; a shared secret or none at all proves nothing. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
/** What the header may call an access token (RFC 9068, section 2.1; most issuers say JWT). */
const TYPES = ['at+jwt', 'application/at+jwt', 'jwt'];
/** Seconds that the issuer's clock may be apart from ours. */
const SKEW_SECONDS = 30;
/** Seconds that a token may live. */
export const LONGEST_LIFE_SECONDS = 24 * 3_600;

/**
 * What a JWT says, once it is sure that one of these issuers says it, now, and to us.
 * @param now milliseconds since the epoch
 * @throws Refusal `unauthenticated`, naming what is wrong but nothing of what is in it; `unavailable` where keys lack
 */
export async function verifyToken(
  token: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  now: number,
): Promise<TokenClaims> {
  const trusted = issuers.get(issuerOf(token));
  if (!trusted) throw refused('its issuer is not trusted here');
  const { payload, protectedHeader } = await verified(token, trusted, now);
  if (!TYPES.includes(protectedHeader.typ?.toLowerCase() ?? '')) throw refused('it is not an access token');
  const claims = tokenClaims.safeParse(payload);
  if (!claims.success)
    throw refused(`its claim ${claims.error.issues[0]?.path.join('.')} is not as it should be`);
  const { iat, exp } = claims.data;
  if (exp - iat > LONGEST_LIFE_SECONDS) throw refused('it lives too long');
  return claims.data;
}

async function verified(token: string, trusted: TrustedIssuer, now: number): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, trusted.keys, {
      issuer: trusted.issuer,
      audience: trusted.audience,
      algorithms: ALGORITHMS,
      currentDate: new Date(now),
      clockTolerance: SKEW_SECONDS,
      // One that was issued in the future is refused by this, too.
      maxTokenAge: LONGEST_LIFE_SECONDS,
      requiredClaims: ['exp', 'sub'],
    });
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused('it has expired', error);
    if (error instanceof errors.JWTClaimValidationFailed)
      throw refused(`its claim ${error.claim} does not hold here`, error);
    if (error instanceof errors.JOSEError) throw refused('its signature does not hold', error);
    throw error;
  }
}

/** Who the token says has issued it, before anything is sure: to know whose keys to look at. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw refused('it is not a JWT', cause);
  }
}

const refused = (why: string, cause?: unknown): Refusal =>
  new Refusal('unauthenticated', `the bearer token is not taken: ${why}`, { cause });
