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

/** A reservation made ready for computing: its time in milliseconds and its amounts. */
export interface Claim extends Window {
  reservation: Reservation;
  amounts: Amounts;
}

export function claimOf(reservation: Reservation): Claim {
  const { from, to, need } = reservation;
  return { reservation, from: ms(from), to: ms(to), amounts: amountsOf(need) };
}

/** All that is reserved in the ledger. */
export const claimsOf = (ledger: WorkerLedger): Claim[] => Object.values(ledger.reservations).map(claimOf);

/**
 * The most that is taken at any one moment of the window, per dimension: what is taken rises only where a claim
 * begins, so that one walk through begins and ends tells.
 */
export function peakUsage(claims: Iterable<Claim>, window: Window): Amounts {
  return peakOf(crossing(claims, window), window.from);
}

/** Those that hold something at a moment of the window. */
function crossing(claims: Iterable<Claim>, window: Window, except?: string): Claim[] {
  const found: Claim[] = [];
  for (const claim of claims)
    if (claim.from < claim.to && overlap(claim, window) && claim.reservation.placementId !== except)
      found.push(claim);
  return found;
}

/** @param claims of a window that begins then; are sorted */
function peakOf(claims: Claim[], from: number): Amounts {
  const begins = claims.sort((one, other) => one.from - other.from);
  const ends = claims.toSorted((one, other) => one.to - other.to);
  const peak = { ...NOTHING };
  const level = { ...NOTHING };
  let ended = 0;
  for (const [begun, claim] of begins.entries()) {
    const moment = Math.max(claim.from, from);
    for (let first = ends[ended]; first && first.to <= moment; first = ends[ended]) {
      ended += 1;
      // Decimals do not add up and down exactly: nothing is nothing, whatever the sums say.
      if (ended === begun) Object.assign(level, NOTHING);
      else for (const dimension of DIMENSIONS) level[dimension] -= first.amounts[dimension];
    }
    for (const dimension of DIMENSIONS) {
      level[dimension] += claim.amounts[dimension];
      if (level[dimension] > peak[dimension]) peak[dimension] = level[dimension];
    }
  }
  return peak;
}

/**
 * The first dimension in which the need does not fit into the ledger over the window; nothing if it fits.
 * @param claims all of the ledger
 * @param except placement that does not count
 */
export function shortfall(
  ledger: WorkerLedger,
  claims: Iterable<Claim>,
  need: Need,
  window: Window,
  except?: string,
): Shortfall | undefined {
  const others = crossing(claims, window, except);
  const taken = peakOf(others, window.from);
  const foreign = amountsOf(ledger.foreign);
  const limit = limitsOf(ledger);
  const wanted = amountsOf(need);
  for (const dimension of DIMENSIONS) {
    const standing = dimension === 'sessions' ? 0 : foreign[dimension];
    const free = limit[dimension] - taken[dimension] - standing;
    // Sums of decimals such as 0.1 + 0.2 must not refuse what fits.
    if (wanted[dimension] <= free + 1e-9) continue;
    const [first] = others.sort((one, other) => one.to - other.to);
    return { dimension, wanted: wanted[dimension], free, inTheWay: first?.reservation };
  }
  return undefined;
}

/** What the worker can give at most: the port range counts, whatever the capacity says. */
function limitsOf(ledger: WorkerLedger): Capacity {
  const { first, last } = ledger.portRange;
  return { ...ledger.capacity, ports: Math.min(ledger.capacity.ports, Math.max(0, last - first + 1)) };
}
