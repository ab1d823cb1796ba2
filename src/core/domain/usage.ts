import {
  type Amounts,
  amountsOf,
  type Capacity,
  DIMENSIONS,
  type Dimension,
  type Need,
  NOTHING,
} from './resources.ts';
import { ms } from './time.ts';
import { overlap, type Window } from './timeslot.ts';
import type { Reservation, WorkerLedger } from './worker-ledger.ts';

/** A dimension in which something does not fit, and by how much. */
export interface Shortfall {
  dimension: Dimension;
  wanted: number;
  free: number;
  /** The reservation that ends first among those in the way. */
  inTheWay?: Reservation | undefined;
}

/**
 * The most that is taken at any one moment of the window, per dimension.
 * The peak can only lie at the window's start or where a reservation begins, so only these are summed.
 */
export function peakUsage(reservations: Iterable<Reservation>, window: Window): Amounts {
  const crossing: { from: number; to: number; amounts: Amounts }[] = [];
  for (const reservation of reservations) {
    const span = { from: ms(reservation.from), to: ms(reservation.to) };
    if (overlap(span, window)) crossing.push({ ...span, amounts: amountsOf(reservation.need) });
  }
  const peak = { ...NOTHING };
  for (const at of crossing) {
    const moment = Math.max(at.from, window.from);
    const sum = { ...NOTHING };
    for (const other of crossing) {
      if (other.from > moment || other.to <= moment) continue;
      for (const dimension of DIMENSIONS) sum[dimension] += other.amounts[dimension];
    }
    for (const dimension of DIMENSIONS) peak[dimension] = Math.max(peak[dimension], sum[dimension]);
  }
  return peak;
}

/** The first dimension in which the need does not fit into the ledger over the window; nothing if it fits. */
export function shortfall(
  ledger: WorkerLedger,
  need: Need,
  window: Window,
  except?: string,
): Shortfall | undefined {
  const others = Object.values(ledger.reservations).filter((other) => other.placementId !== except);
  const taken = peakUsage(others, window);
  const foreign = amountsOf(ledger.foreign);
  const limit = limitsOf(ledger);
  const wanted = amountsOf(need);
  for (const dimension of DIMENSIONS) {
    const standing = dimension === 'sessions' ? 0 : foreign[dimension];
    const free = limit[dimension] - taken[dimension] - standing;
    // Sums of decimals such as 0.1 + 0.2 must not refuse what fits.
    if (wanted[dimension] <= free + 1e-9) continue;
    const inTheWay = others
      .filter((other) => overlap({ from: ms(other.from), to: ms(other.to) }, window))
      .sort((one, other) => ms(one.to) - ms(other.to))[0];
    return { dimension, wanted: wanted[dimension], free, inTheWay };
  }
  return undefined;
}

/** What the worker can give at most: the port range counts, whatever the capacity says. */
function limitsOf(ledger: WorkerLedger): Capacity {
  const { first, last } = ledger.portRange;
  return { ...ledger.capacity, ports: Math.min(ledger.capacity.ports, Math.max(0, last - first + 1)) };
}
