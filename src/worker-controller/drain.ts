import { needed } from './needs.ts';
import type { Next, Visit } from './visit.ts';

/**
 * DRAINING: takes no new sessions, keeps those it has, and stops as soon as none is left. One that is booked
 * for much later stays booked: the worker is started for it in time.
 */
export async function drain(visit: Visit): Promise<Next> {
  const { limits } = visit.deps;
  const ledger = await visit.actOnLedger({ type: 'drain' });
  const reservation = needed(ledger, visit.settings, limits.idleGraceSeconds, visit.now());
  const waits = reservation
    ? `session ${reservation.sessionId} is on it until ${reservation.to}`
    : 'nobody is on it';
  await visit.setCondition('Schedulable', 'False', 'Draining', 'it takes no new sessions');
  await visit.setCondition('Draining', 'True', reservation ? 'Waiting' : 'Empty', waits);
  if (reservation) return { againInMs: limits.watchMs };
  if (Object.keys(ledger.reservations).length === 0) await visit.actOnLedger({ type: 'close', force: false });
  await visit.act({ type: 'stop', reason: 'it is drained' });
  return { againInMs: 0 };
}
