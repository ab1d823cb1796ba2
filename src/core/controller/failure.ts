import { Refusal } from '../domain/refusal.ts';
import type { Backoff, WorkOutcome } from './work-queue.ts';

/** What follows from the way a reconcile failed. */
export interface Failure {
  outcome: 'failed' | 'conflicted' | 'dropped';
  next: WorkOutcome;
  /** How loudly to complain; not at all where absent. */
  level?: 'debug' | 'warn' | 'error';
  /** Somebody holds the partition who came later. */
  dropsPartition?: boolean;
}

/** The partition was lost or the controller stops: whoever has it next begins anew. */
export const CUT_OFF: Failure = { outcome: 'dropped', next: { kind: 'dropped' } };

/** Somebody else changed it meanwhile: look again soon. */
const SOON: Backoff = { initialMs: 100, maxMs: 5_000 };

/**
 * Judges what a reconcile threw.
 * @param refusedHere the refusal by which our own check of the lease held it back, if it did: that says nothing
 * about another holder
 */
export function judge(error: unknown, refusedHere: Refusal | undefined): Failure {
  if (!(error instanceof Refusal)) return { outcome: 'failed', next: { kind: 'failed' }, level: 'error' };
  const soon: WorkOutcome = { kind: 'failed', backoff: SOON };
  switch (error.code) {
    case 'staleFence':
      return error === refusedHere
        ? { outcome: 'conflicted', next: soon, level: 'debug' }
        : { outcome: 'conflicted', next: soon, level: 'warn', dropsPartition: true };
    case 'staleVersion':
      return { outcome: 'conflicted', next: soon, level: 'debug' };
    case 'conflict':
    case 'busy':
      return { outcome: 'conflicted', next: soon, level: 'warn' };
    default:
      return { outcome: 'failed', next: { kind: 'failed' }, level: 'warn' };
  }
}
