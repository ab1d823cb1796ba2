import { createHash } from 'node:crypto';
import type { CmlContext } from './context.ts';
import { CmlError } from './errors.ts';
import type { UserRecord } from './model.ts';
import { settingsOf } from './system-settings.ts';

/** A new token for who gave the right name and password; 403 otherwise, as CML has it. */
export function logIn(
  context: CmlContext,
  username: string,
  password: string,
): { user: UserRecord; token: string } {
  const user = context.store.users.values().find((one) => one.username === username);
  if (!user || user.passwordHash !== hashPassword(user.id, password))
    throw new CmlError(403, 'Authentication failed!');
  const { clock, random } = context.world;
  const { web_session_timeout: seconds } = settingsOf(context.store);
  const expiresAt = clock.now() + seconds * 1000;
  // Looks like the JWT that clients expect; the store alone decides whether it is good.
  const token = [
    base64({ typ: 'JWT', alg: 'HS256' }),
    base64({ sub: user.id, exp: Math.floor(expiresAt / 1000) }),
    base64(random.uuid()),
  ].join('.');
  context.store.tokens.put(token, { token, userId: user.id, expiresAt });
  dropExpired(context);
  return { user, token };
}

/** Who sent the request; 401 for a missing, unknown or expired token: clients then log in again. */
export function authenticate(
  context: CmlContext,
  authorization: string | undefined,
): { user: UserRecord; token: string } {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw new CmlError(401, 'No authorization token provided.');
  const record = context.store.tokens.get(token);
  const user = record && context.store.users.get(record.userId);
  if (!user || record.expiresAt <= context.world.clock.now())
    throw new CmlError(401, 'Invalid or expired authorization token.');
  const { maintenance_mode: maintenance } = settingsOf(context.store);
  if (maintenance && !user.admin) throw new CmlError(503, 'The system is in maintenance mode.');
  return { user, token };
}

/** Forgets a token, or all of the user's. */
export function logOut(context: CmlContext, user: UserRecord, token: string, everywhere: boolean): void {
  const mine = context.store.tokens.values().filter((one) => one.userId === user.id);
  for (const one of mine) if (everywhere || one.token === token) context.store.tokens.delete(one.token);
}

/** What is kept of a password. A quick hash will do for accounts that protect nothing. */
export const hashPassword = (salt: string, password: string): string =>
  createHash('sha256').update(`${salt}:${password}`).digest('hex');

function dropExpired(context: CmlContext): void {
  const now = context.world.clock.now();
  for (const one of context.store.tokens.values())
    if (one.expiresAt <= now) context.store.tokens.delete(one.token);
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
