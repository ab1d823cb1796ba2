import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import type { Reservation } from '@lcm/core/domain/worker-ledger.ts';
import type { StoredSession } from '../client.ts';
import { overrunsBy } from './overruns.ts';
import type { Swept } from './swept.ts';

/** A change of a slot may be under way for so long, milliseconds. */
const GRACE_MS = 60_000;

/**
 * Reservations that were widened for a change of their session's slot which never came. The session says that
 * it will not come any more, and the control plane then takes back what was widened.
 */
export class Unsettled {
  /** Since when each was seen so, on the monotonic clock, by placement and the version of its session. */
  #since = new Map<string, number>();

  async settle({ sessions, ledgers, client, clock, everyMs, headers, log }: Swept): Promise<void> {
    const byWorker = new Map(ledgers.map(({ state }) => [state.workerId, state.reservations]));
    const now = clock.monotonic();
    const since = new Map<string, number>();
    const due: StoredSession[] = [];
    for (const session of sessions) {
      const { placement } = session.state;
      const reservation = placement && byWorker.get(placement.workerId)?.[placement.id];
      if (!reservation || !holdsTooMuch(reservation, session.state, overrunsBy(clock.now(), everyMs)))
        continue;
      const key = `${reservation.placementId}/${session.version}`;
      const seen = this.#since.get(key) ?? now;
      since.set(key, seen);
      if (now - seen >= GRACE_MS) due.push(session);
    }
    this.#since = since;
    for (const { id, version } of due) {
      log.warn({ sessionId: id }, 'a change of a slot that came to no end is given up');
      const body = { command: { type: 'settleTimeslot' as const }, expectedVersion: version };
      try {
        await client.internal.sessions.command({ params: { id }, body, headers: headers() });
      } catch (error) {
        // It has gone on: the next sweep looks at what it is by then.
        if (!(error instanceof Refusal) || error.code !== 'staleVersion') throw error;
      }
    }
  }
}

/**
 * More than the session's slot needs, or as much for a change of it that has not come. A session that overruns
 * its window (overruns.ts) needs what it holds.
 */
function holdsTooMuch(
  { from, to, changingFrom }: Reservation,
  { timeslot }: Session,
  overrunsBy: number,
): boolean {
  const window = heldWindow(timeslot);
  const overruns = window.to <= overrunsBy;
  return changingFrom !== undefined || ms(from) < window.from || (ms(to) > window.to && !overruns);
}
