import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import type { SessionWork } from '../session-work.ts';

/** When to look at the session again; at its next change where nothing is said. */
export type Next = { againInMs: number } | undefined;

/** What is done with a session in one of its statuses. */
export type Visit = (work: SessionWork) => Promise<Next>;

export type Visits = Partial<Record<SessionStatus, Visit>>;

/** Milliseconds that nothing is slept longer than: the slot may be changed, and a watch may miss it. */
export const LONGEST_MS = 3_600_000;

/** Look again at that moment, milliseconds since the epoch. */
export function at(work: SessionWork, moment: number): Next {
  return { againInMs: Math.min(LONGEST_MS, Math.max(1, moment - work.now())) };
}

/** The session has changed under our hands: its new status is looked at at once. */
export const AT_ONCE: Next = { againInMs: 0 };
