import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Caller } from '../caller.ts';
import type { LoginCookies } from './cookies.ts';
import type { IdentityIssuer, IssuerParts } from './identity-issuer.ts';
import type { LoginAttempts } from './login-attempts.ts';
import type { LoginJournal } from './login-journal.ts';
import type { LoginLimits } from './login-record.ts';
import type { LoginSessions } from './login-sessions.ts';
import type { LoggedOut } from './logout-token.ts';
import type { ProvenAnew } from './proven-anew.ts';

/** How people log in to the page. */
export interface LoginParts {
  /** Where they prove who they are. */
  issuer: Omit<IssuerParts, 'clock'>;
  /** Where browsers reach the page: https, or http on loopback. */
  publicUrl: () => URL;
  /** Told of those who have just logged in. */
  onLoggedIn?: ((caller: Caller) => Promise<void>) | undefined;
  /** Told of those whom the issuer logged out: other tokens of theirs are to end as well. */
  onLoggedOut?: ((who: LoggedOut) => Promise<void>) | undefined;
}

/** What the routes of the login work with. */
export interface RoutesParts extends Omit<LoginParts, 'issuer'> {
  issuer: IdentityIssuer;
  store: ExpiringStore;
  sessions: LoginSessions;
  attempts: LoginAttempts;
  provenAnew: ProvenAnew;
  cookies: LoginCookies;
  clock: Clock;
  log: Log;
  journal: LoginJournal;
  limits: () => Promise<LoginLimits>;
}
