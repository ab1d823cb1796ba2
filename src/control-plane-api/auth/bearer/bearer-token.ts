import { createHash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Credentials } from '../caller.ts';

/** Longest token that is looked at, in characters: a JWT with a hundred groups has room in it. */
const LONGEST = 8_192;

/**
 * The token of `Authorization: Bearer …` (RFC 6750, section 2.1); undefined where the request sends no such header.
 * @throws Refusal `unauthenticated` for another scheme and for what cannot be a token
 */
export function bearerTokenOf({ headers }: Pick<Credentials, 'headers'>): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const token = /^bearer +([\w.~+/-]+=*) *$/i.exec(String(authorization))?.[1];
  if (token === undefined)
    throw new Refusal('unauthenticated', 'Authorization must be Bearer, and a token after it');
  if (token.length > LONGEST)
    throw new Refusal('unauthenticated', `the bearer token is longer than ${LONGEST} characters`);
  return token;
}

/** By what a token is known here, which tells nobody the token: its SHA-256 in base64url. */
export const fingerprintOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');
