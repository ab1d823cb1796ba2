import { Refusal } from '../domain/refusal.ts';
import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import { type BusEvent, CompactedError, type Projected, type StateBus } from '../spi/state-bus.ts';
import { pause, untilAborted, within } from '../waiting.ts';

export interface InformerOptions {
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  /** e.g. `/lcm/sessions/`; what follows it in a key is the id. */
  prefix: string;
  /** Milliseconds between listings that repair what was missed, give or take a tenth; 30,000 where absent. */
  resyncMs?: number | undefined;
}

/** `resync` repeats what is known already, once per entry and listing. */
export interface InformerChange {
  type: 'added' | 'changed' | 'removed' | 'resync';
  id: string;
  key: string;
  /** As it is now; for `removed` as it was last. */
  value: Projected;
  before?: Projected | undefined;
}

/** A local copy of everything under a prefix, kept up to date. */
export interface Informer {
  readonly prefix: string;
  /** By id. Never change it. */
  readonly cache: ReadonlyMap<string, Projected>;
  /** Resolves when the first listing is in. */
  readonly synced: Promise<void>;
  /** The listener hears of every change from now on; what is in the cache it must read itself. */
  subscribe(listener: (change: InformerChange) => void): () => void;
  stop(): Promise<void>;
}

/** Lists, watches from there, resumes after breaks, lists again where it must; never gives up. */
export function startInformer(options: InformerOptions): Informer {
  return new PrefixInformer(options);
}

/** Milliseconds that a listing may take. */
const LIST_TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

class PrefixInformer implements Informer {
  readonly prefix: string;
  readonly cache = new Map<string, Projected>();
  readonly synced: Promise<void>;
  /** At which each entry was written. */
  readonly #revisions = new Map<string, number>();
  readonly #options: InformerOptions;
  readonly #log: Log;
  readonly #listeners = new Set<(change: InformerChange) => void>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #onSynced = () => {};
  /** Up to which revision the cache is true; undefined where it must be listed. */
  #revision: number | undefined;
  #epoch: string | undefined;

  constructor(options: InformerOptions) {
    this.prefix = options.prefix;
    this.#options = options;
    this.#log = options.log.child({ prefix: options.prefix });
    this.synced = new Promise((resolve) => {
      this.#onSynced = resolve;
    });
    this.#running = this.#run();
  }

  subscribe(listener: (change: InformerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#watch(await this.#startingPoint(), () => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof CompactedError) this.#revision = undefined;
        failures += 1;
        await this.#recover(failures, error);
      }
    }
  }

  /** Where the last watch came to; the head, after a listing, where that is unknown or of another life of the bus. */
  async #startingPoint(): Promise<number> {
    const current = this.#epoch === this.#options.bus.epoch ? this.#revision : undefined;
    return current ?? (await this.#list());
  }

  async #list(): Promise<number> {
    const { bus, clock } = this.#options;
    const epoch = bus.epoch;
    const listing = within(clock, LIST_TIMEOUT_MS, `listing ${this.prefix}`, bus.list(this.prefix));
    const answer = await untilAborted(listing, this.#stop.signal);
    if (!answer) return 0;
    const { entries, revision } = answer;
    const gone = new Set(this.cache.keys());
    for (const entry of entries) {
      gone.delete(this.#idOf(entry.key));
      this.#put(entry.key, entry.value, entry.revision);
    }
    for (const id of gone) this.#remove(this.prefix + id);
    this.#revision = revision;
    this.#epoch = epoch;
    this.#onSynced();
    return revision;
  }

  /** Takes in events until it is time to list again, the watch breaks or the informer stops. */
  async #watch(revision: number, onProgress: () => void): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { bus, clock, random, resyncMs = 30_000 } = this.#options;
    const stop = new AbortController();
    const end = () => stop.abort();
    this.#stop.signal.addEventListener('abort', end, { once: true });
    const cancelResync = clock.after(resyncMs * (0.9 + random.next() / 5), () => {
      this.#revision = undefined;
      onProgress();
      end();
    });
    const batches = bus.watch(this.prefix, revision, stop.signal)[Symbol.asyncIterator]();
    try {
      while (!stop.signal.aborted) {
        const batch = await untilAborted(batches.next(), stop.signal);
        if (!batch || stop.signal.aborted) return;
        if (batch.done) throw new Refusal('unavailable', `the watch of ${this.prefix} ended by itself`);
        for (const event of batch.value) this.#take(event);
        onProgress();
      }
    } finally {
      cancelResync();
      end();
      batches.return?.().catch((error: unknown) => this.#log.debug({ err: error }, 'a watch ended badly'));
      this.#stop.signal.removeEventListener('abort', end);
    }
  }

  #take({ type, key, value, revision }: BusEvent): void {
    // A bus may deliver twice what came around a reconnect.
    if (this.#revision !== undefined && revision <= this.#revision) return;
    if (type === 'put' && value) this.#put(key, value, revision);
    else this.#remove(key);
    this.#revision = revision;
  }

  #put(key: string, value: Projected, revision: number): void {
    const id = this.#idOf(key);
    const before = this.cache.get(id);
    const same = before && this.#revisions.get(id) === revision;
    this.cache.set(id, value);
    this.#revisions.set(id, revision);
    if (same) this.#tell({ type: 'resync', id, key, value });
    else if (before) this.#tell({ type: 'changed', id, key, value, before });
    else this.#tell({ type: 'added', id, key, value });
  }

  #remove(key: string): void {
    const id = this.#idOf(key);
    const value = this.cache.get(id);
    if (!value) return;
    this.cache.delete(id);
    this.#revisions.delete(id);
    this.#tell({ type: 'removed', id, key, value });
  }

  #tell(change: InformerChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        // One thing that a listener can't cope with must not keep it, or others, from the rest.
        this.#log.error({ err: error, key: change.key }, 'a listener failed on a change');
      }
    }
  }

  #idOf(key: string): string {
    return key.slice(this.prefix.length);
  }

  async #recover(failures: number, error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    // One compaction in a while is the bus tidying up, no trouble.
    if (error instanceof CompactedError && failures === 1) return;
    const { clock, random } = this.#options;
    const fullMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
    this.#log.warn({ err: error, failures }, 'the watch broke; going on from where it was');
    await pause(clock, fullMs * (0.5 + random.next() / 2), this.#stop.signal);
  }
}
