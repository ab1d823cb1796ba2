import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LdsState } from '@lcm/core/spi/lab-delivery-system.ts';
import type { SessionWork } from '../session-work.ts';

/**
 * How the session stands at LDS. Its events tell of a login and of the end, but an event may be lost; so it
 * is looked at, too. Undefined where there is no session, or LDS can't be asked now.
 */
export async function ldsState(work: SessionWork): Promise<LdsState | undefined> {
  const id = work.session.userSession?.ldsSessionId;
  if (!work.deps.lds || id === undefined) return undefined;
  try {
    return (await work.deps.lds.get(id))?.state;
  } catch (refusal) {
    // The slot goes on whether or not LDS answers; the next look asks again.
    if (refusal instanceof Refusal && refusal.code === 'unavailable') return undefined;
    throw refusal;
  }
}

/** Milliseconds between two looks at LDS while a candidate may come or go. */
export const LDS_LOOK_MS = 60_000;

/** Whether somebody has logged in. */
export const hasLoggedIn = (state: LdsState | undefined): boolean =>
  state === 'RUNNING' || state === 'PAUSED' || state === 'USER_FINISHED';
