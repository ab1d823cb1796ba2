import type { PollPace } from '@lcm/core/poll-pace.ts';

/** How long things may take and how often they are looked at, in milliseconds where nothing else is said. */
export interface WorkerLimits {
  /** From the request until EC2 says that the instance runs. */
  launchMs: number;
  /** From there until CML answers ready and the licence is in compliance. */
  bootMs: number;
  /** After stop or terminate was asked for, until the licence is taken as not given back. */
  licenceReleaseMs: number;
  /** After stop or terminate was asked for, for labs to stop. */
  labStopMs: number;
  /** CML silent, or its licence out of compliance, for so long takes the worker out of service. */
  lostAfterMs: number;
  /** An instance that EC2 does not find (any more, or yet) is taken as gone after so long. */
  unseenMs: number;
  /** An instance that no worker claims is terminated after so long. */
  orphanMs: number;
  /** Failures in a row after which a worker waits for a person. */
  failures: number;
  /** Seconds beyond the lead of a worker within which a reservation keeps it up. */
  idleGraceSeconds: number;
  /** How often something is looked at that was asked for and is not there yet. */
  pace: PollPace;
  /** Nothing that was asked for is looked at later than after so long. */
  watchMs: number;
  /** Between two rounds of measurements. */
  measureMs: number;
  /** A place in a region or a licence pool whose holder is no worker is given back after so long: one is being made. */
  unmadeMs: number;
  /** Between two looks for orphans and for allowances that nobody holds. */
  sweepMs: number;
  /** Share of workers, and number at least, that are unhealthy when all automatic action stops. */
  breakerShare: number;
  breakerCount: number;
}

const MINUTE = 60_000;

/** A metal host takes up to 20 minutes to boot (PRODUCT.md); CML's own client waits 45 s for a licence. */
export const defaultLimits: WorkerLimits = {
  launchMs: 10 * MINUTE,
  bootMs: 30 * MINUTE,
  licenceReleaseMs: 5 * MINUTE,
  labStopMs: 5 * MINUTE,
  lostAfterMs: 90_000,
  unseenMs: 2 * MINUTE,
  orphanMs: 10 * MINUTE,
  failures: 3,
  idleGraceSeconds: 300,
  // EC2 does nothing within a second, and counts its calls.
  pace: { atLeastMs: 1_000, atMostMs: 15_000 },
  watchMs: 30_000,
  measureMs: MINUTE,
  // Within one request, which takes a minute at most.
  unmadeMs: 2 * MINUTE,
  sweepMs: 2 * MINUTE,
  breakerShare: 0.5,
  breakerCount: 3,
};
