import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { AuthenticationWay, Caller } from '../caller.ts';
import { bearerTokenOf, fingerprintOf } from './bearer-token.ts';
import type { Revocable, Revocations } from './revocations.ts';
import { callerOf, type TokenClaims } from './token-claims.ts';
import { VerifiedTokens } from './verified-tokens.ts';
import { type TrustedIssuer, verifyToken } from './verify-token.ts';

/** Most tokens that are remembered as verified. */
const MOST_REMEMBERED = 10_000;
/** Milliseconds after which a revocation made elsewhere is felt at the latest. */
const REVOCATION_LAG_MS = 5_000;

/** With what bearer tokens are told from made-up ones. */
export interface JwtCallersOptions {
  issuers: readonly TrustedIssuer[];
  revocations: Revocations;
  clock: Clock;
}

interface Found {
  caller: Caller;
  token: Revocable;
  expiresAt: number;
  /** When, and after how many revocations made here, it was last looked whether it was revoked. */
  askedAt: number;
  askedAfter: number;
}

/**
 * Callers by a JWT of a trusted issuer. The last of the ways by bearer: whatever token comes so far is one, or wrong.
 * A token is verified once, and remembered by its hash until it expires; whether it was revoked is asked again and
 * again.
 */
export function jwtCallers({ issuers, revocations, clock }: JwtCallersOptions): AuthenticationWay {
  const byIssuer = new Map(issuers.map((one) => [one.issuer, one]));
  const remembered = new VerifiedTokens<Found>(MOST_REMEMBERED);
  return async (credentials) => {
    const token = bearerTokenOf(credentials);
    if (token === undefined) return undefined;
    const fingerprint = fingerprintOf(token);
    const now = clock.now();
    const found =
      remembered.get(fingerprint, now) ?? foundIn(await verifyToken(token, byIssuer, now), fingerprint);
    if (found.askedAfter !== revocations.count || now - found.askedAt >= REVOCATION_LAG_MS) {
      const after = revocations.count;
      if (await revocations.isRevoked(found.token)) {
        remembered.forget(fingerprint);
        throw new Refusal('unauthenticated', 'the bearer token is not taken: it was revoked');
      }
      found.askedAt = now;
      found.askedAfter = after;
    }
    remembered.put(fingerprint, found);
    return found.caller;
  };
}

function foundIn(claims: TokenClaims, fingerprint: string): Found {
  const { iss, sub, iat, exp, sid, jti } = claims;
  const caller = callerOf(claims);
  // A token without a number of its own is known by what it is.
  const id = jti ?? fingerprint.slice(0, 16);
  const type = caller.roles.includes('controller') ? 'service' : 'bearer';
  return {
    caller: { ...caller, credential: { type, id } },
    token: { issuer: iss, subject: sub, issuedAt: iat * 1_000, sid, jti: id },
    expiresAt: exp * 1_000,
    askedAt: Number.NEGATIVE_INFINITY,
    askedAfter: -1,
  };
}
