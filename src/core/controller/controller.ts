import type { Fence } from '../domain/fence.ts';
import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import type { StateBus } from '../spi/state-bus.ts';
import { pause } from '../waiting.ts';
import { CUT_OFF, judge } from './failure.ts';
import { type Informer, type InformerChange, startInformer } from './informer.ts';
import { type Partitions, startPartitions } from './partitions.ts';
import { proofOf } from './proof.ts';
import { Runs } from './runs.ts';
import { type Backoff, createWorkQueue, type WorkOutcome, type WorkQueue } from './work-queue.ts';

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
  /** Ids without a key of their own, e.g. `sweep`: due at the start, and after each success at the next resync unless it says when. */
  standing?: readonly string[] | undefined;
  /** Level-triggered and idempotent: looks at the world, not at the event. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a reconcile with nothing to say needs no return
  reconcile(id: string, context: ReconcileContext): Promise<ReconcileResult | void>;
  /** 10 where absent. */
  concurrency?: number | undefined;
  /** How many partitions (64 where absent), or a membership that several controllers share (and that is not stopped with one). */
  partitions?: number | Partitions | undefined;
  /** Both as for `startPartitions`. */
  leaseMs?: number | undefined;
  marginMs?: number | undefined;
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
  /** Makes the id due at once, whatever its back-off. Whether it is this member's to do. */
  trigger(id: string): boolean;
  stats(): ControllerStats;
  /**
   * Begins nothing more, lets what is under way finish until the deadline, aborts the rest, gives the partitions back.
   * @param deadlineMs 10,000 where absent
   */
  stop(deadlineMs?: number): Promise<void>;
}

/** Milliseconds that a hand-over, and a stop, wait for what is under way before they abort it. */
const DEADLINE_MS = 10_000;
/** How long an abort may take to be heeded. */
const ABORT_GRACE_MS = 2_000;
const PAUSED_LOOK_MS = 1_000;
const RESYNC_MS = 30_000;
/** Begins to reconcile what it holds of what it watches. */
export function startController(options: ControllerOptions): RunningController {
  return new Controller(options);
}

interface Source {
  informer: Informer;
  idsOf: WatchSource['idsOf'];
  /** Stops with the controller. */
  own: boolean;
}

class Controller implements RunningController {
  readonly name: string;
  readonly partitions: Partitions;
  readonly #options: ControllerOptions;
  readonly #log: Log;
  readonly #queue: WorkQueue;
  readonly #sources: readonly Source[];
  readonly #unsubscribe: readonly (() => void)[];
  readonly #runs = new Runs();
  readonly #handingOver = new Set<number>();
  /** The last complaint about an id, so that it is made once. */
  readonly #complaints = new Map<string, string>();
  readonly #counts = { succeeded: 0, failed: 0, conflicted: 0, dropped: 0 };
  readonly #durationMs = { sum: 0, max: 0 };
  #cancelPausedLook = () => {};
  #stopping: Promise<void> | undefined;

  constructor(options: ControllerOptions) {
    const { name, bus, clock, random, resyncMs, leaseMs, marginMs, partitions } = options;
    const log = options.log.child({ controller: name });
    this.name = name;
    this.#options = options;
    this.#log = log;
    this.#queue = createWorkQueue({
      clock,
      random,
      concurrency: options.concurrency ?? 10,
      backoff: options.backoff,
      work: (id) => this.#work(id),
      onThrow: (id, error) => log.error({ err: error, id }, 'the controller itself failed'),
    });
    this.partitions =
      typeof partitions === 'object'
        ? partitions
        : startPartitions({
            controller: name,
            bus,
            clock,
            random,
            log,
            count: partitions,
            leaseMs,
            marginMs,
          });
    this.#sources = options.watch.map(({ from, idsOf }) =>
      typeof from === 'string'
        ? { informer: startInformer({ bus, clock, random, log, prefix: from, resyncMs }), idsOf, own: true }
        : { informer: from, idsOf, own: false },
    );
    this.#unsubscribe = [
      ...this.#sources.map((source) => source.informer.subscribe((change) => this.#onChange(change, source))),
      this.partitions.subscribe({
        gained: (partitions) => this.#onGained(new Set(partitions)),
        releasing: (partition) => this.#onReleasing(partition),
        lost: (partitions) => {
          const lost = new Set(partitions);
          this.#runs.abort(`${name} has lost the partition`, (partition) => lost.has(partition));
        },
      }),
    ];
    // What others have told us counts only when it is complete.
    this.#queue.pause();
    void Promise.all(this.#sources.map(({ informer }) => informer.synced)).then(() => this.#queue.resume());
  }

  trigger(id: string): boolean {
    if (!this.#isOurs(id)) return false;
    this.#queue.add(id, { urgent: true });
    return true;
  }

  stats(): ControllerStats {
    return {
      ...this.#queue.stats(),
      heldPartitions: this.partitions.held().length,
      partitions: this.partitions.count,
      reconciles: { ...this.#counts },
      durationMs: { ...this.#durationMs },
    };
  }

  stop(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#cancelPausedLook();
    const informers = this.#sources.filter(({ own }) => own).map(({ informer }) => informer.stop());
    await this.#endOrAbort(this.#queue.stop(), deadlineMs, () => true);
    await Promise.all(informers);
    if (typeof this.#options.partitions !== 'object') await this.partitions.stop();
  }

  #onChange(change: InformerChange, source: Source): void {
    if (!source.idsOf && change.type === 'removed') {
      this.#queue.forget(change.id);
      this.#complaints.delete(change.id);
      return;
    }
    const { random, resyncMs = RESYNC_MS } = this.#options;
    for (const id of source.idsOf?.(change) ?? [change.id]) {
      if (!this.#isOurs(id)) continue;
      // A resync is a repair, nothing urgent: all at once would be a burst for nothing.
      if (change.type === 'resync') this.#queue.addAfter(id, (random.next() * resyncMs) / 2);
      else this.#queue.add(id);
    }
  }

  #onGained(partitions: ReadonlySet<number>): void {
    const ids = new Set(this.#options.standing);
    for (const { informer, idsOf } of this.#sources) {
      for (const [id, value] of informer.cache) {
        if (!idsOf) ids.add(id);
        else
          for (const one of this.#mapped(idsOf, { type: 'resync', id, key: informer.prefix + id, value }))
            ids.add(one);
      }
    }
    for (const id of ids) if (partitions.has(this.partitions.partitionOf(id))) this.#queue.add(id);
  }

  #mapped(idsOf: NonNullable<WatchSource['idsOf']>, change: InformerChange): readonly string[] {
    try {
      return idsOf(change);
    } catch (error) {
      this.#log.error({ err: error, key: change.key }, 'nothing is made due by an entry that cannot be read');
      return [];
    }
  }

  async #onReleasing(partition: number): Promise<void> {
    this.#handingOver.add(partition);
    await this.#endOrAbort(this.#runs.ended(partition), DEADLINE_MS, (one) => one === partition);
    this.#handingOver.delete(partition);
  }

  /** Waits for runs to end by themselves; those that take too long are told to, those that do not listen are left. */
  async #endOrAbort(ended: Promise<void>, deadlineMs: number, which: (partition: number) => boolean) {
    const { clock } = this.#options;
    const waited = new AbortController();
    const inTime = ended.then(() => {
      waited.abort();
      return true;
    });
    const timeUp = (ms: number) => pause(clock, ms, waited.signal).then(() => false);
    if (await Promise.race([inTime, timeUp(deadlineMs)])) return;
    this.#runs.abort(`${this.name} must let go`, which);
    if (await Promise.race([inTime, timeUp(ABORT_GRACE_MS)])) return;
    this.#log.error({ ids: this.#runs.ids() }, 'some reconciles do not heed their abort and are left behind');
  }

  #isOurs(id: string): boolean {
    const fence = this.partitions.fenceFor(id);
    return fence !== undefined && !this.#handingOver.has(fence.partition);
  }

  async #work(id: string): Promise<WorkOutcome> {
    if (this.#options.paused?.()) {
      this.#pauseQueue();
      return { kind: 'done', againInMs: 0 };
    }
    const fence = this.#isOurs(id) ? this.partitions.fenceFor(id) : undefined;
    if (!fence) {
      this.#complaints.delete(id);
      return { kind: 'dropped' };
    }
    const { clock, observe, standing, resyncMs = RESYNC_MS } = this.#options;
    const run = this.#runs.begin(id, fence.partition);
    const began = clock.monotonic();
    const proof = proofOf(fence, this.partitions, id);
    let outcome: Reconciled['outcome'] = 'succeeded';
    try {
      const context = { ...proof, signal: run.signal };
      const result = (await this.#options.reconcile(id, context)) ?? {};
      this.#complaints.delete(id);
      return { kind: 'done', againInMs: result.againInMs ?? (standing?.includes(id) ? resyncMs : undefined) };
    } catch (error) {
      const failure = run.signal.aborted ? CUT_OFF : judge(error, proof.refusedHere());
      outcome = failure.outcome;
      if (failure.dropsPartition) this.partitions.drop(fence.partition);
      if (failure.level) this.#complain(id, failure.level, error);
      return failure.next;
    } finally {
      run.end();
      const durationMs = clock.monotonic() - began;
      this.#counts[outcome] += 1;
      this.#durationMs.sum += durationMs;
      this.#durationMs.max = Math.max(this.#durationMs.max, durationMs);
      observe?.({ id, outcome, durationMs });
    }
  }

  #pauseQueue(): void {
    this.#queue.pause();
    this.#cancelPausedLook();
    this.#cancelPausedLook = this.#options.clock.after(PAUSED_LOOK_MS, () => {
      if (this.#options.paused?.()) this.#pauseQueue();
      else this.#queue.resume();
    });
  }

  #complain(id: string, level: 'debug' | 'warn' | 'error', error: unknown): void {
    const complaint = String(error);
    if (this.#complaints.get(id) === complaint) return;
    this.#complaints.set(id, complaint);
    this.#log[level]({ err: error, id }, 'a reconcile failed and will be repeated');
  }
}
