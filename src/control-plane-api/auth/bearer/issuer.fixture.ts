import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { silent } from '../../control-plane.fixture.ts';
import type { Caller } from '../caller.ts';
import { issuerKeys } from './issuer-keys.ts';
import { jwtCallers } from './jwt-callers.ts';
import { Revocations } from './revocations.ts';
import { LONGEST_LIFE_SECONDS } from './verify-token.ts';

export const ISSUER = 'https://idp.example';
export const AUDIENCE = 'lcm-api';

/** A pair of keys as an issuer has it. */
export async function signingKey(kid: string, alg = 'RS256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, jwk };
}
export type SigningKey = Awaited<ReturnType<typeof signingKey>>;

/** What a test says of a token; the rest is as a good one has it. */
export interface TokenWish {
  claims?: JWTPayload;
  header?: object;
  /** Claims that the token lacks. */
  without?: readonly string[];
}

/** A token as a good issuer gives it at that time (milliseconds since the epoch), but for what the test wishes. */
export async function tokenOf(
  { alg, kid, privateKey }: SigningKey,
  at: number,
  { claims, header, without = [] }: TokenWish = {},
): Promise<string> {
  const now = Math.floor(at / 1_000);
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'u-1',
    iat: now,
    exp: now + 300,
    jti: `t-${now}`,
    sid: 's-1',
    username: 'ada',
    roles: ['manager'],
    department: 'Networks',
  };
  const said = Object.entries({ ...good, ...claims }).filter(([name]) => !without.includes(name));
  return new SignJWT(Object.fromEntries(said))
    .setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header })
    .sign(privateKey);
}

/** An issuer, and the door that trusts it. */
export async function issuerAndDoor() {
  const clock = new VirtualClock();
  const first = await signingKey('k1');
  const issuer = {
    keys: [first],
    /** How often its keys were asked for. */
    asked: 0,
    down: false,
  };
  const load = async () => {
    issuer.asked += 1;
    if (issuer.down) throw new TypeError('fetch failed');
    return { keys: issuer.keys.map(({ jwk }) => jwk) };
  };
  const store = new MemoryExpiringStore(clock);
  const door = (revocations: Revocations) =>
    jwtCallers({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: issuerKeys({ load, clock, log: silent }) }],
      revocations,
      clock,
    });
  const revocationsHere = () => new Revocations(store, clock, LONGEST_LIFE_SECONDS * 1_000);
  const revocations = revocationsHere();
  const way = door(revocations);

  const token = (wish: TokenWish = {}, key: SigningKey = first) => tokenOf(key, clock.now(), wish);
  const ask = (bearer: string, at = way): Promise<Caller | undefined> =>
    at({ method: 'GET', headers: { authorization: `Bearer ${bearer}` } });

  return { clock, issuer, first, revocations, revocationsHere, way, door, token, ask };
}
