import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Swept } from './swept.ts';

/** A plan that is off by less is left as it is, milliseconds. */
const SLACK_MS = 60_000;
/** A worker that was asked for a moment ago may be about to be booked, milliseconds. */
const NEW_MS = 5 * 60_000;

/** What is to be done about a worker that is only planned. */
export type PlanChange = { kind: 'move'; provisionAt: number } | { kind: 'drop' };

/**
 * Moves plans with the earliest session that is booked on them, and drops those that the scheduler made and
 * that nothing needs any more.
 */
export async function adjustPlans({ picture, ledgers, client, clock, headers, log }: Swept): Promise<void> {
  const { workerLeadSeconds } = await picture.settings();
  for (const { state: ledger } of ledgers) {
    const known = picture.workers.all.get(ledger.workerId);
    const change = known && planChange(known.state, ledger, clock.now(), workerLeadSeconds);
    if (!known || !change) continue;
    const params = { id: ledger.workerId };
    const act = (command: { type: 'plan'; provisionAt: string } | { type: 'terminate'; reason: string }) =>
      client.internal.workers.command({
        params,
        body: { command, expectedVersion: known.version },
        headers: headers(),
      });
    try {
      if (change.kind === 'move') {
        await act({ type: 'plan', provisionAt: iso(change.provisionAt) });
      } else {
        // Closing refuses when a booking was quicker, and keeps later ones out.
        const close = { command: { type: 'close' as const, force: false } };
        await client.internal.workerLedgers.command({ params, body: close, headers: headers() });
        await act({ type: 'terminate', reason: 'nothing is booked on it any more' });
      }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'staleFence' || error.code === 'unavailable')
        throw error;
      log.info({ err: error, workerId: ledger.workerId }, 'a plan has changed meanwhile and is left alone');
    }
    picture.doubt(ledger.workerId);
  }
}

/** What is to be done about the worker, if it is only planned and its plan is off. Times in milliseconds. */
export function planChange(
  worker: Worker,
  ledger: Pick<WorkerLedger, 'reservations'>,
  now: number,
  workerLeadSeconds: number,
): PlanChange | undefined {
  if (worker.status !== 'PENDING' || worker.attempts > 0) return undefined;
  const ours = worker.forSession !== undefined;
  const starts = Object.values(ledger.reservations).map(({ from }) => ms(from));
  if (starts.length === 0) {
    return ours && now - ms(worker.createdAt) > NEW_MS ? { kind: 'drop' } : undefined;
  }
  const planned = ms(worker.provisionAt ?? worker.createdAt);
  // It is being made right now.
  if (planned <= now) return undefined;
  const due = Math.max(now, Math.min(...starts) - workerLeadSeconds * 1000);
  const tooLate = planned - due > SLACK_MS;
  const tooEarly = ours && due - planned > SLACK_MS;
  return tooLate || tooEarly ? { kind: 'move', provisionAt: due } : undefined;
}
