import { hashSecret } from '@lcm/adapters/secrets/secret-hash.ts';
import type { AccessToken } from '@lcm/core/domain/access-token.ts';
import { accessTokenId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { accessTokenText } from '../auth/bearer/access-token-text.ts';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';

/** Tokens that one person may have at once. */
const MOST_ACTIVE = 50;
const DAY_MS = 86_400_000;

/** What is asked for. */
export interface AccessTokenWish {
  name: string;
  scopes: readonly string[];
  expiresInDays: number;
}

/**
 * Makes an access token for its caller, and gives the text that is shown once.
 * @throws Refusal `forbidden` for who is not logged in oneself, `quota` for too many
 */
export async function makeAccessToken(
  { store, clock, random, commands }: Services,
  caller: Caller,
  { name, scopes, expiresInDays }: AccessTokenWish,
  terms: Terms,
): Promise<{ stored: Stored<AccessToken>; text: string }> {
  if (caller.credential?.type === 'access-token' || caller.credential?.type === 'service')
    throw new Refusal('forbidden', 'no token makes another: log in to make one');
  if (caller.impersonator) throw new Refusal('forbidden', 'nobody makes tokens in the name of somebody else');
  const ownerKey = ownKey(caller);
  const live = { ownerKey, status: 'ACTIVE', expiresAt: { from: iso(clock.now() + 1) } };
  if ((await store.count('access-token', live)) >= MOST_ACTIVE)
    throw new Refusal('quota', `you have ${MOST_ACTIVE} access tokens: revoke one first`);
  const id = accessTokenId.parse(random.uuid().replaceAll('-', '').slice(0, 16));
  const secret = random.secret();
  const { issuer, subject, username, roles, department, groups } = caller;
  const token = {
    id,
    name,
    issuer,
    subject,
    ownerKey,
    username,
    roles: [...roles],
    ...(department ? { department } : {}),
    ...(groups ? { groups: [...groups] } : {}),
    scopes: [...new Set(scopes)],
    secretHash: hashSecret(secret),
    expiresAt: iso(clock.now() + expiresInDays * DAY_MS),
  };
  const command = { type: 'create' as const, token, by: actorOf(caller) };
  const stored = await commands.execute('access-token', id, command, terms);
  return { stored, text: accessTokenText({ id, secret }) };
}
