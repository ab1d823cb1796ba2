import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { AuthenticationWay, Caller } from '../caller.ts';
import type { LoginCookies } from './cookies.ts';
import { changes, refuseForged } from './forgery.ts';
import type { KeptFresh } from './keep-fresh.ts';
import type { FoundLogin, LoginSessions } from './login-sessions.ts';

/** That its person is there is written down once in so many milliseconds. */
const SEEN_MS = 30_000;

export interface LoginWayParts {
  sessions: LoginSessions;
  fresh: KeptFresh;
  cookies: LoginCookies;
  clock: Clock;
  publicUrl: () => URL;
  /** Told which login a caller came by, for the answer's cookie. */
  onFound: (credential: NonNullable<Caller['credential']>, found: FoundLogin) => void;
}

/**
 * The page's way: a cookie of one who is logged in. A request that changes something is a sign of its person, and
 * has to come from our own page; looking is neither, so a page that nobody sits at does not stay logged in.
 * A request that says something in `authorization` does not go this way.
 */
export function loginWay(parts: LoginWayParts): AuthenticationWay {
  const { sessions, fresh, cookies, clock, publicUrl, onFound } = parts;
  return async (credentials) => {
    if (credentials.headers['authorization'] !== undefined) return undefined;
    const secret = cookies.read(credentials.headers, 'login');
    if (secret === undefined) return undefined;
    const kept = await sessions.find(secret);
    if (!kept) throw new Refusal('unauthenticated', 'the login has ended');
    refuseForged(credentials, kept.record.csrf, publicUrl().origin);
    const found = await fresh.fresh(kept);
    if (changes(credentials) && clock.now() - found.record.seenAt > SEEN_MS)
      await sessions.change(found.id, (record) => ({ ...record, seenAt: clock.now() }));
    const credential = { type: 'login' as const, id: found.id };
    onFound(credential, found);
    return { ...found.record.person, credential };
  };
}
