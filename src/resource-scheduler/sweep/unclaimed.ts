import type { Reservation } from '@lcm/core/domain/worker-ledger.ts';
import type { Swept } from './swept.ts';

/** A reservation may be ahead of what was read of its session for so long, milliseconds. */
const GRACE_MS = 60_000;

/**
 * Reservations that no session claims. The control plane looks at the session once more before it releases
 * one, so that a placement under way is never harmed.
 */
export class Unclaimed {
  /** Since when each was seen without a claim, on the monotonic clock. */
  #since = new Map<string, number>();

  async release({ sessions, ledgers, client, clock, headers, log }: Swept): Promise<void> {
    const claimed = new Set(
      sessions.flatMap(({ state }) => [
        state.proposal?.id,
        state.placement?.id,
        ...state.releases.map(({ placementId }) => placementId),
      ]),
    );
    const now = clock.monotonic();
    const since = new Map<string, number>();
    const due: { workerId: Swept['ledgers'][number]['state']['workerId']; reservation: Reservation }[] = [];
    for (const { state } of ledgers) {
      for (const reservation of Object.values(state.reservations)) {
        if (claimed.has(reservation.placementId)) continue;
        const seen = this.#since.get(reservation.placementId) ?? now;
        since.set(reservation.placementId, seen);
        if (now - seen >= GRACE_MS) due.push({ workerId: state.workerId, reservation });
      }
    }
    this.#since = since;
    if (due.length === 0) return;
    log.warn({ count: due.length }, 'reservations that no session claims are released');
    const items = due.slice(0, 500).map(({ workerId, reservation: { sessionId, placementId } }) => ({
      sessionId,
      placementId,
      workerId,
    }));
    await client.internal.releasePlacements({ body: { items }, headers: headers() });
  }
}
