import type { Clock } from '../spi/clock.ts';
import type { Random } from '../spi/random.ts';

/** Milliseconds before a failed id is tried again: the first wait, doubled for each further failure up to the last. */
export interface Backoff {
  initialMs: number;
  maxMs: number;
}

/** What became of one piece of work. */
export type WorkOutcome =
  | { kind: 'done'; againInMs?: number | undefined }
  | { kind: 'failed'; backoff?: Backoff | undefined }
  /** Not ours any more: forgotten until it is added again. */
  | { kind: 'dropped' };

export interface WorkQueueOptions {
  clock: Clock;
  random: Random;
  /** How many ids are worked on at once. */
  concurrency: number;
  /** Never called for one id twice at a time. A throw counts as failed. */
  work(id: string): Promise<WorkOutcome>;
  /** 1 s to 60 s where absent. */
  backoff?: Backoff | undefined;
}

export interface WorkQueue {
  /**
   * Wants the id worked on as soon as may be: at once, after the run under way, or, where it has just failed,
   * after the first step of its back-off. `urgent` waits for no back-off.
   */
  add(id: string, how?: { urgent?: boolean }): void;
  /** Wants it worked on in `ms` milliseconds, unless it is due earlier anyway. */
  addAfter(id: string, ms: number): void;
  /** The thing is gone: nothing of it is kept, and a failure of the run under way is not repeated. */
  forget(id: string): void;
  pause(): void;
  resume(): void;
  /** Starts nothing more; resolves when nothing is under way. */
  stop(): Promise<void>;
  stats(): WorkQueueStats;
}

export interface WorkQueueStats {
  /** Waiting for a free place. */
  ready: number;
  /** Waiting for their time. */
  delayed: number;
  underWay: number;
}

export declare function createWorkQueue(options: WorkQueueOptions): WorkQueue;
