import { Refusal } from '@lcm/core/domain/refusal.ts';
import { LIVE_STATUSES } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { pagesOf } from './pages.ts';
import type { Visit } from './visit.ts';

/** Which of a worker's sessions lose it. */
export type Lost = 'all' | 'live' | 'liveOrDue';

/**
 * Tells the sessions on the worker that it is lost; each decides by itself between another worker and its end.
 * `liveOrDue` spares those that begin late enough for the worker to be back. Repeating it changes nothing.
 */
export async function loseSessions(visit: Visit, which: Lost, reason: string): Promise<void> {
  const { internal } = visit.deps.client;
  const where = JSON.stringify({ 'placement.workerId': visit.worker.id });
  for await (const { id, state } of pagesOf((cursor) =>
    internal.sessions.list({ query: { where, cursor } }),
  )) {
    if (!isLost(visit, state, which)) continue;
    await unlessTooLate(() =>
      internal.sessions.command({
        params: { id },
        body: { command: { type: 'loseWorker', reason } },
        headers: visit.headers(),
      }),
    );
  }
}

/** Marks the records of the worker's labs as gone with it. Ports first: a record that is gone is not looked at again. */
export async function orphanLabRecords(visit: Visit): Promise<void> {
  const { internal } = visit.deps.client;
  const where = JSON.stringify({ workerId: visit.worker.id });
  for await (const { id, state } of pagesOf((cursor) =>
    internal.labRecords.list({ query: { where, cursor } }),
  )) {
    if (['ORPHANED', 'DELETED', 'ARCHIVED'].includes(state.status)) continue;
    await unlessTooLate(() => visit.actOnLedger({ type: 'releasePorts', labRecordId: state.id }));
    await unlessTooLate(() =>
      internal.labRecords.command({
        params: { id },
        body: { command: { type: 'orphan', reason: `worker ${visit.worker.id} is gone` } },
        headers: visit.headers(),
      }),
    );
  }
}

function isLost(visit: Visit, session: Session, which: Lost): boolean {
  if (session.placement?.workerId !== visit.worker.id) return false;
  if (['ARCHIVED', 'EXPIRED', 'TERMINATED', 'STOPPING'].includes(session.status)) return false;
  if (which === 'all' || LIVE_STATUSES.includes(session.status)) return true;
  const backInMs = (visit.settings.workerLeadSeconds + visit.settings.labLeadSeconds) * 1000;
  return which === 'liveOrDue' && ms(session.timeslot.start) < visit.now() + backInMs;
}

/** A session or record that has moved on meanwhile needs no telling. */
async function unlessTooLate(tell: () => Promise<unknown>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    const moved =
      error instanceof Refusal && ['illegalTransition', 'notFound', 'conflict'].includes(error.code);
    if (!moved) throw error;
  }
}
