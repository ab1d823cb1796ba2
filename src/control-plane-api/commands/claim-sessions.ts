import { isFinal } from '@lcm/core/domain/decider.ts';
import { EXTERNAL_KEYS, externalKey } from '@lcm/core/domain/person.ts';
import type { ScoreReport } from '@lcm/core/domain/score-report.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { ListQuery } from '@lcm/core/spi/state-store.ts';
import type { KnownAs } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { quotaOf } from './book-session.ts';
import { moveSeat } from './seats.ts';

/** Somebody who can log in, and as whom bookings may know them. */
export interface Claimant extends KnownAs {
  issuer: string;
  subject: string;
}

const BY = 'control-plane-api';
/** Most sessions that are looked for at once by each thing known of a person; what is left is found the next time. */
const MOST_AT_ONCE = 1_000;

/**
 * Gives somebody all sessions that were booked for them by an external id and that nobody has claimed, with their
 * results; how many. Where another is quicker, theirs it is.
 */
export async function claimSessions(services: Services, claimant: Claimant): Promise<number> {
  const { issuer, subject } = claimant;
  // Not by name: history is read by some who may not read whose a session is.
  const command = { type: 'claim' as const, owner: { issuer, subject }, by: BY };
  const orders = [...(await unclaimed(services, claimant))].map((id) => ({
    kind: 'session' as const,
    id,
    command,
  }));
  if (orders.length === 0) return 0;
  const settled = await services.commands.executeAll(orders);
  const claimed = settled.flatMap((one) => ('stored' in one ? [one.stored.state] : []));
  for (const session of claimed) await handOverReports(services, session);
  const failed = settled.find((one) => 'refusal' in one && one.refusal.code !== 'conflict');
  if (failed && 'refusal' in failed) throw failed.refusal;
  return claimed.length;
}

/** What goes with a session that was claimed, if it does not yet: its results, and its seat in the owner's quota. */
export async function settleClaim(services: Services, sessionId: string): Promise<void> {
  const session = (await services.store.load<Session>('session', sessionId))?.state;
  if (!session?.bookedFor) return;
  await handOverReports(services, session);
  const from = quotaOf(externalKey(session.bookedFor));
  const isOver = isFinal(SESSION_TRANSITIONS, session.status);
  await moveSeat(services, { from, to: isOver ? undefined : quotaOf(session.ownerKey), holder: sessionId });
}

/** Gives a result to who has claimed its session while it was on its way. */
export async function settleReport(services: Services, id: string): Promise<void> {
  const report = (await services.store.load<ScoreReport>('score-report', id))?.state;
  const session = report && (await services.store.load<Session>('session', report.sessionId))?.state;
  if (report && session?.bookedFor) await handOver(services, report, session);
}

/** Ids of sessions that nobody has claimed and that were booked for this person, whatever became of them. */
async function unclaimed({ store }: Services, { ids, email }: Claimant): Promise<Set<string>> {
  const wheres: ListQuery['where'][] = [
    { ownerKey: ids.map(externalKey) },
    { 'candidate.externalId': ids, ownerKey: EXTERNAL_KEYS },
    ...(email ? [{ 'candidate.email': email, ownerKey: EXTERNAL_KEYS }] : []),
  ];
  const pages = await Promise.all(
    wheres.map((where) => store.list('session', { where: { ...where }, limit: MOST_AT_ONCE })),
  );
  return new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
}

async function handOverReports(services: Services, session: Session): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await services.store.list<ScoreReport>('score-report', {
      where: { sessionId: session.id },
      limit: MOST_AT_ONCE,
      cursor,
    });
    for (const { state } of page.items) await handOver(services, state, session);
    cursor = page.nextCursor;
  } while (cursor);
}

async function handOver(services: Services, report: ScoreReport, { ownerKey }: Session): Promise<void> {
  if (report.ownerKey === ownerKey) return;
  await services.commands.execute('score-report', report.id, { type: 'handOver', ownerKey, by: BY });
}
