import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Reservation, WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';

type Ledger = Pick<WorkerLedger, 'reservations'>;
type Settings = Pick<SystemSettingsValues, 'workerLeadSeconds'>;

/**
 * The first reservation that keeps a worker up: one that was not released, even after its time, for its session
 * may have overrun; or one that begins before the worker could be down and up again.
 */
export function needed(
  ledger: Ledger,
  settings: Settings,
  graceSeconds: number,
  now: number,
): Reservation | undefined {
  return dueBy(Object.values(ledger.reservations), settings, graceSeconds, now);
}

/** The first reservation that a worker which is off has to be started for; one that is over is not worth it. */
export function wanted(
  ledger: Ledger,
  settings: Settings,
  graceSeconds: number,
  now: number,
): Reservation | undefined {
  return dueBy(upcoming(ledger, now), settings, graceSeconds, now);
}

/** Reservations that are not over, in the order of their beginning. */
export function upcoming(ledger: Ledger, now: number): Reservation[] {
  return inOrder(Object.values(ledger.reservations).filter((one) => ms(one.to) > now));
}

function dueBy(
  reservations: readonly Reservation[],
  { workerLeadSeconds }: Settings,
  graceSeconds: number,
  now: number,
): Reservation | undefined {
  const until = now + (workerLeadSeconds + graceSeconds) * 1000;
  return inOrder(reservations).find((one) => ms(one.from) <= until);
}

function inOrder(reservations: readonly Reservation[]): Reservation[] {
  return reservations.toSorted((one, other) => ms(one.from) - ms(other.from));
}
