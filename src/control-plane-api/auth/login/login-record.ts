import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Caller } from '../caller.ts';

/** Who logged in, as the issuer told it. */
export type Person = Pick<
  Caller,
  'issuer' | 'subject' | 'username' | 'roles' | 'department' | 'groups' | 'impersonator' | 'knownAs'
>;

/** How long logins last; see the settings. */
export type LoginLimits = SystemSettingsValues['login'];

/** What is kept of one login. Times in milliseconds since the epoch. */
export interface LoginRecord {
  kind: 'login';
  person: Person;
  /** The issuer's own session, by which it ends ours. */
  sid?: string | undefined;
  /** What every request that changes something must repeat in `x-csrf-token`. */
  csrf: string;
  startedAt: number;
  /** When its person last gave a sign. */
  seenAt: number;
  idToken: string;
  refreshToken?: string | undefined;
  /** When the access token, and with it what is known of the roles, is over. */
  accessEndsAt: number;
  accessLifeMs: number;
  /** Until when somebody is at refreshing it. */
  refreshingUntil?: number | undefined;
  /** The issuer did not answer: not before then again. */
  retryAt?: number | undefined;
  /** Its person may do other things than before: it goes on under a new cookie. */
  rotationDue?: boolean | undefined;
  address?: string | undefined;
  userAgent?: string | undefined;
}

/** What a cookie that was replaced leads to for a short while: requests under way still have the old one. */
export interface MovedRecord {
  kind: 'moved';
  /** The new cookie's value. */
  to: string;
}

/** When a login ends if nothing happens, and when whatever happens. */
export function endsOf(
  { startedAt, seenAt }: Pick<LoginRecord, 'startedAt' | 'seenAt'>,
  limits: LoginLimits,
): { idleEndsAt: number; absoluteEndsAt: number; endsAt: number } {
  const absoluteEndsAt = startedAt + limits.absoluteSeconds * 1_000;
  const idleEndsAt = Math.min(seenAt + limits.idleSeconds * 1_000, absoluteEndsAt);
  return { idleEndsAt, absoluteEndsAt, endsAt: idleEndsAt };
}
