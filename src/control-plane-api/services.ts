import type { SomeSettings, SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { Identity } from './auth/accounts/identity.ts';
import type { StandingOf } from './auth/known-people.ts';
import type { IdentityIssuer } from './auth/login/identity-issuer.ts';
import type { LoginSessions } from './auth/login/login-sessions.ts';
import type { Commands } from './commands/execute.ts';
import type { Outgoing } from './notifications/outgoing.ts';
import type { Picture } from './queries/fleet-picture.ts';
import type { Queue } from './queries/queue.ts';
import type { Remembered } from './queries/remembered.ts';

/** What commands and queries work with. */
export interface Services {
  store: StateStore;
  bus: StateBus;
  content: ContentStore;
  /** Records that end by themselves. */
  expiring: ExpiringStore;
  clock: Clock;
  random: Random;
  log: Log;
  commands: Commands;
  /** Settings as they are in force: what is stored over environment and defaults. */
  settings: Remembered<SystemSettingsValues>;
  /** What environment says of settings: holds where nothing is stored. */
  settingDefaults: SomeSettings;
  /** The fleet as placement sees it. To be looked at only. */
  picture: Remembered<Picture>;
  queue: Queue;
  /** By what messages leave the house. */
  outgoing: Outgoing;
  /** Absent where nothing is audited. */
  audit: AuditTrail | undefined;
  /** Logins of the page. */
  logins: LoginSessions;
  /** Where people log in to the page; absent where nobody can. */
  loginIssuer: IdentityIssuer | undefined;
  /** Ends a bearer token before its time; absent where none is taken. */
  endToken?: ((token: { issuer: string; jti: string }) => Promise<void>) | undefined;
  /** Who vouches for people. */
  identity: Identity;
  /** What people are by now; nothing newer is known of anybody where absent. */
  standingOf?: StandingOf | undefined;
  /** Shown as the system's version. */
  version: string;
}
