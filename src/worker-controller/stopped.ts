import { ms } from '@lcm/core/domain/time.ts';
import { lookAtInstance } from './instance.ts';
import { upcoming, wanted } from './needs.ts';
import type { Next, Visit } from './visit.ts';

/** Looked at again at least so often while nothing is asked of it. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** STOPPED: started in time for the next session that is booked on it, terminated when nobody has wanted it for long. */
export async function rest(visit: Visit): Promise<Next> {
  const { settings } = visit;
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') return terminate(visit, presence.why, true);
  if (presence.at === 'there' && ['running', 'pending'].includes(presence.instance.state))
    return start(visit, 'somebody has started its instance');
  const ledger = await visit.ledger();
  const reservation = wanted(ledger, settings, visit.deps.limits.idleGraceSeconds, visit.now());
  if (reservation) return start(visit, `session ${reservation.sessionId} needs it from ${reservation.from}`);
  const [next] = upcoming(ledger, visit.now());
  const retentionMs = settings.stoppedRetentionSeconds * 1000 - visit.elapsed();
  if (!next && retentionMs <= 0 && !(await visit.deps.fleet.tripped())) {
    return terminate(
      visit,
      `it was stopped for ${settings.stoppedRetentionSeconds} s and nobody needs it`,
      false,
    );
  }
  const leadMs = settings.workerLeadSeconds * 1000;
  const dueMs = next ? ms(next.from) - leadMs - visit.now() : retentionMs;
  return { againInMs: Math.min(LONGEST_WAIT_MS, Math.max(visit.deps.limits.watchMs, dueMs)) };
}

/** The ledger opens first, and a start that is refused closes nothing that was open. */
async function start(visit: Visit, reason: string): Promise<Next> {
  await visit.actOnLedger({ type: 'reopen' });
  await visit.act({ type: 'start', reason });
  return { againInMs: 0 };
}

/** Closing refuses while anything is booked on it, so a booking that was quicker wins; unless all is lost anyway. */
async function terminate(visit: Visit, reason: string, force: boolean): Promise<Next> {
  await visit.actOnLedger({ type: 'close', force });
  await visit.act({ type: 'terminate', reason });
  return { againInMs: 0 };
}
