import { WIDTH } from './amounts.ts';

/** Where each number of a worker stands within its stretch of `Fleet.numbers`. */
export const AT = {
  availableAt: 0,
  /** What a unit of CPU and of memory adds to its load. */
  cpuShare: 1,
  memoryShare: 2,
  /** The load that foreign labs make. */
  standing: 3,
  /** Per dimension: what it has beside foreign labs. */
  room: 4,
} as const;
export const STRIDE = AT.room + WIDTH;
