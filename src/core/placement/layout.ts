import { WIDTH } from './amounts.ts';

/** Where each number of a worker stands within its stretch of `Fleet.numbers`. */
export const AT = {
  availableAt: 0,
  /** When its first reservation begins and its last one ends. */
  firstFrom: 1,
  lastTo: 2,
  /** What a unit of CPU and of memory adds to its load. */
  cpuShare: 3,
  memoryShare: 4,
  /** The load that foreign labs make. */
  standing: 5,
  /** Per dimension: what it has beside foreign labs. */
  room: 6,
} as const;
export const STRIDE = AT.room + WIDTH;
