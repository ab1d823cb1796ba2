import { Refusal } from '@lcm/core/domain/refusal.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { IN_FLIGHT_MS } from '../sessions/tidy.ts';
import type { Swept } from './swept.ts';

/**
 * Withdraws moves that were begun for sessions which have a place, and never came to their end: the session
 * stays where it is, and is kept from its start no longer. Sessions without a place are settled when they are
 * looked at.
 */
export async function withdrawStaleMoves({ sessions, client, clock, headers, log }: Swept): Promise<void> {
  for (const { id, version, state } of sessions) {
    const { proposal, status } = state;
    if (!proposal || status === 'PENDING' || clock.now() - ms(proposal.at) < IN_FLIGHT_MS) continue;
    const placementId = proposal.id;
    const command = { type: 'withdrawProposal' as const, placementId };
    try {
      await client.internal.sessions.command({
        params: { id },
        body: { command, expectedVersion: version },
        headers: headers(),
      });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'staleVersion') throw error;
      // It has come to its end after all, or the next sweep sees to it.
      continue;
    }
    log.warn({ sessionId: id, placementId }, 'a move that came to no end is withdrawn');
    const items = [{ sessionId: state.id, placementId, workerId: proposal.workerId }];
    await client.internal.releasePlacements({ body: { items }, headers: headers() });
  }
}
