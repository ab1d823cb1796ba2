import type { Fence } from '../domain/fence.ts';
import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import type { StateBus } from '../spi/state-bus.ts';
import type { Informer, InformerChange } from './informer.ts';
import type { Partitions } from './partitions.ts';
import type { Backoff } from './work-queue.ts';

/** What makes ids due. */
export interface WatchSource {
  /** Keys to watch, or an informer that is there already (and is not stopped with the controller). */
  from: string | Informer;
  /** Which ids a change makes due; without it the changed thing's own, which is forgotten when it is removed. */
  idsOf?: ((change: InformerChange) => readonly string[]) | undefined;
}

/** What a reconcile may lean on. */
export interface ReconcileContext {
  /**
   * Proof of holding the id's partition, to be asked for right before each external effect.
   * @param callMs how long that effect may take, milliseconds
   * @throws Refusal `staleFence` where it is not sure to be held for so long
   */
  fence(callMs?: number): Fence;
  /** The header for an internal write. @throws Refusal `staleFence` as `fence` does */
  headers(callMs?: number): { 'x-lcm-fence': string };
  /** Aborted when the controller stops or the partition is lost. */
  signal: AbortSignal;
}

export type ReconcileResult = { againInMs?: number | undefined } | undefined;

/** How one reconcile went. */
export interface Reconciled {
  id: string;
  outcome: 'succeeded' | 'failed' | 'conflicted' | 'dropped';
  durationMs: number;
}

export interface ControllerOptions {
  name: string;
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  watch: readonly WatchSource[];
  /** Ids without a key of their own, e.g. `sweep`: due at the start and at every resync. */
  standing?: readonly string[] | undefined;
  /** Level-triggered and idempotent: looks at the world, not at the event. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a reconcile with nothing to say needs no return
  reconcile(id: string, context: ReconcileContext): Promise<ReconcileResult | void>;
  /** 10 where absent. */
  concurrency?: number | undefined;
  /** How many partitions (64 where absent), or a membership that several controllers share (and that is not stopped with one). */
  partitions?: number | Partitions | undefined;
  leaseMs?: number | undefined;
  resyncMs?: number | undefined;
  backoff?: Backoff | undefined;
  /** Nothing begins while it says so. */
  paused?: (() => boolean) | undefined;
  /** Told of every reconcile, for metrics. */
  observe?: ((reconciled: Reconciled) => void) | undefined;
}

export interface ControllerStats {
  ready: number;
  delayed: number;
  underWay: number;
  heldPartitions: number;
  partitions: number;
  reconciles: Record<Reconciled['outcome'], number>;
  /** Milliseconds of all reconciles together, and of the longest. */
  durationMs: { sum: number; max: number };
}

export interface RunningController {
  readonly name: string;
  readonly partitions: Partitions;
  /** Makes the id due at once, whatever its back-off. */
  trigger(id: string): void;
  stats(): ControllerStats;
  /**
   * Begins nothing more, lets what is under way finish until the deadline, aborts the rest, gives the partitions back.
   * @param deadlineMs 10,000 where absent
   */
  stop(deadlineMs?: number): Promise<void>;
}

export declare function startController(options: ControllerOptions): RunningController;
