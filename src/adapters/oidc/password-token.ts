import type { Clock } from '@lcm/core/spi/clock.ts';
import type { IssuedToken, LocalAccount } from '@lcm/core/spi/local-accounts.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import { importJWK, SignJWT } from 'jose';
import { accessClaims } from './claims.ts';
import { type IdentityKeys, SIGNING_ALGORITHM } from './identity-keys.ts';

/** How long a token for name and password lives. */
const SECONDS = 86_400;
/** The client that tokens say they were given to: whoever calls the API with a password. */
const CLIENT_ID = 'lcm-password';

/**
 * A JWT access token (RFC 9068), good for a day, as if the provider had given it.
 * @param issuedAt milliseconds since the epoch, from before the account was looked at: whatever was revoked since
 * then is held against the token
 */
export async function issueAccessToken(
  by: { issuer: string; audience: string; clock: Clock; random: Random; keys: IdentityKeys },
  account: LocalAccount,
  issuedAt: number,
): Promise<IssuedToken> {
  const { jwk } = by.keys.signing[0];
  const from = Math.floor(issuedAt / 1_000);
  const token = new SignJWT({ ...accessClaims(account), client_id: CLIENT_ID })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(by.issuer)
    .setAudience(by.audience)
    .setSubject(account.subject)
    .setJti(by.random.uuid())
    .setIssuedAt(from)
    .setExpirationTime(from + SECONDS);
  return {
    accessToken: await token.sign(await importJWK(jwk, SIGNING_ALGORITHM)),
    expiresInSeconds: from + SECONDS - Math.floor(by.clock.now() / 1_000),
  };
}
