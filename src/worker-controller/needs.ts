import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Reservation, WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';

/**
 * The first reservation for which the worker has to be up: one that is under way, or that begins before the
 * worker could be down and up again.
 */
export function needed(
  ledger: Pick<WorkerLedger, 'reservations'>,
  settings: Pick<SystemSettingsValues, 'workerLeadSeconds'>,
  graceSeconds: number,
  now: number,
): Reservation | undefined {
  const until = now + (settings.workerLeadSeconds + graceSeconds) * 1000;
  return upcoming(ledger, now).find((one) => ms(one.from) <= until);
}

/** Reservations that are not over, in the order of their beginning. */
export function upcoming(ledger: Pick<WorkerLedger, 'reservations'>, now: number): Reservation[] {
  return Object.values(ledger.reservations)
    .filter((one) => ms(one.to) > now)
    .sort((one, other) => ms(one.from) - ms(other.from));
}
