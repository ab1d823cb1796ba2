import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { Ledger } from './ledger.ts';
import type { SimulatorState } from './state.ts';

/** How long things take in the simulated world, in milliseconds. */
export interface Delays {
  /** RunInstances or StartInstances until EC2 says `running`. */
  instanceBootMs: number;
  /** EC2 `running` until CML answers `ready`. */
  cmlBootMs: number;
  /** StopInstances or TerminateInstances until it is done. */
  instanceStopMs: number;
  /** Licence registration until COMPLETED, then again until IN_COMPLIANCE; deregistration alike. */
  licenceMs: number;
  /** One node from start to BOOTED, before spread. */
  nodeBootMs: number;
  /** A lab's stop until its nodes are STOPPED. */
  labStopMs: number;
  /** The grading engine's work on one submission. */
  gradingMs: number;
}

/** What every part of the simulated world is made from. */
export interface World {
  clock: Clock;
  random: Random;
  state: SimulatorState;
  ledger: Ledger;
  delays: Delays;
}

/** Times that let a person watch without waiting: a worker in seconds, a lab in a few. */
export const quickDelays: Delays = {
  instanceBootMs: 3_000,
  cmlBootMs: 2_000,
  instanceStopMs: 1_000,
  licenceMs: 1_000,
  nodeBootMs: 2_000,
  labStopMs: 500,
  gradingMs: 500,
};

/** No waiting at all: for measuring what the system itself costs. */
export const noDelays: Delays = {
  instanceBootMs: 0,
  cmlBootMs: 0,
  instanceStopMs: 0,
  licenceMs: 0,
  nodeBootMs: 0,
  labStopMs: 0,
  gradingMs: 0,
};
