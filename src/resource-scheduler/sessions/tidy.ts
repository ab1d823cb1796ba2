import { held } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { FenceHeaders, SchedulerClient, StoredSession } from '../client.ts';

/** A proposal younger than this may be on its way to being reserved, milliseconds. */
export const IN_FLIGHT_MS = 15_000;

/**
 * Finishes what a crash, or an end, left on a session: a proposal is completed or withdrawn, placements that
 * it gave up are released in their ledgers, and an ending that holds nothing more becomes final.
 * @returns milliseconds after which to look again, where something was done or is still under way
 */
export async function tidy(
  { id, version, state }: StoredSession,
  client: SchedulerClient,
  headers: FenceHeaders,
  now: number,
): Promise<number | undefined> {
  const { internal } = client;
  if (state.releases.length > 0) {
    const items = state.releases.map((release) => ({ sessionId: state.id, ...release }));
    await internal.releasePlacements({ body: { items }, headers: headers() });
    return 0;
  }
  if (state.proposal && !state.ending) return settleProposal(state, state.proposal, client, headers, now);
  if (isDone(state)) {
    await internal.sessions.command({
      params: { id },
      body: { command: { type: 'finish' }, expectedVersion: version },
      headers: headers(),
    });
  }
  return undefined;
}

function isDone(state: Session): boolean {
  const stands = state.status === 'STOPPED' || state.status === 'PENDING';
  return stands && state.ending !== undefined && held(state).length === 0;
}

/** Reserving again under the same id is harmless; what does not fit any more is withdrawn by the same call. */
async function settleProposal(
  session: Session,
  proposal: NonNullable<Session['proposal']>,
  { internal }: SchedulerClient,
  headers: FenceHeaders,
  now: number,
): Promise<number> {
  const age = now - ms(proposal.at);
  if (age < IN_FLIGHT_MS) return IN_FLIGHT_MS - age;
  const decision = session.decision ?? {
    decidedAt: iso(now),
    outcome: 'placed' as const,
    best: [],
    counts: {},
    evaluated: 0,
  };
  const item = {
    sessionId: session.id,
    placementId: proposal.id,
    workerId: proposal.workerId,
    decision,
  };
  await internal.place({ body: { items: [item] }, headers: headers() });
  return 0;
}
