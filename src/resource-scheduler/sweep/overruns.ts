import { iso, ms } from '@lcm/core/domain/time.ts';
import type { Swept } from './swept.ts';

/** What ends before this moment, milliseconds since the epoch, may have ended by the next sweep. */
export const overrunsBy = (now: number, everyMs: number): number => now + everyMs;

/**
 * Keeps for each session that overruns its slot what it still uses: a teardown that takes longer than planned
 * would else leave its worker promised to the next one while it is still full. Three sweeps at a time, so that
 * one that is late loses nothing.
 */
export async function prolongOverruns(swept: Swept): Promise<void> {
  const { sessions, ledgers, client, clock, everyMs, headers } = swept;
  const held = new Set(sessions.flatMap(({ state }) => state.placement?.id ?? []));
  const now = clock.now();
  for (const { state } of ledgers) {
    for (const { placementId, to } of Object.values(state.reservations)) {
      if (!held.has(placementId) || ms(to) > overrunsBy(now, everyMs)) continue;
      await client.internal.workerLedgers.command({
        params: { id: state.workerId },
        body: { command: { type: 'prolong', placementId, to: iso(now + 3 * everyMs) } },
        headers: headers(),
      });
    }
  }
}
