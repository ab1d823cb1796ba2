import type { Capacity, Dimension, Need } from '../domain/resources.ts';

/** The dimensions of capacity in the order in which the filters look at them. */
export const CHECKED = [
  'nodes',
  'cpuCores',
  'memoryGb',
  'storageGb',
  'sessions',
  'ports',
] as const satisfies readonly Dimension[];
export const CPU = CHECKED.indexOf('cpuCores');
export const MEMORY = CHECKED.indexOf('memoryGb');
export const SESSIONS = CHECKED.indexOf('sessions');

/** How many dimensions there are. */
export const WIDTH = CHECKED.length;

/**
 * Amounts are counted in whole millionths here: such sums are exact and do not depend on their order. What
 * is wanted is rounded up and what is there is rounded down, so that nothing is promised that the ledger,
 * which adds the decimals themselves, would refuse.
 */
const UNIT = 1e6;
/** Decimals such as 1.1 are not exact in binary; that much of a unit is noise. */
const NOISE = 1e-3;

/** What is wanted, in millionths, by the order of `CHECKED`. */
export function wantedUnits(need: Need): Float64Array {
  return Float64Array.from(CHECKED, (dimension) =>
    dimension === 'sessions' ? UNIT : Math.ceil(need[dimension] * UNIT - NOISE),
  );
}

/** What is left of a capacity beside what foreign labs take, in millionths, by the order of `CHECKED`. */
export function roomUnits(capacity: Capacity, foreign: Need): Float64Array {
  return Float64Array.from(CHECKED, (dimension) => {
    const taken = dimension === 'sessions' ? 0 : foreign[dimension];
    return Math.floor((capacity[dimension] - taken) * UNIT + NOISE);
  });
}

/** Millionths as a number for people, three decimals at most. */
export function readable(units: number): number {
  return Math.round(units / (UNIT / 1_000)) / 1_000;
}
