import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { BusEntry, BusEvent, Lease, Projected, StateBus } from '@lcm/core/spi/state-bus.ts';
import { freeze } from './freeze.ts';
import { Keyspace } from './keyspace.ts';
import { WatchHub } from './watch-hub.ts';

export interface MemoryBusOptions {
  clock: Clock;
  /** How many events can be watched from the past; 10,000 where absent. */
  keepEvents?: number;
  /**
   * Where revisions begin. Fencing tokens are revisions and must grow over restarts, though nothing of this
   * bus survives one; so the default is the wall-clock time in microseconds: a life that writes less than a
   * thousand times a millisecond never catches up with the life after it, and the number stays exact until
   * the year 2255.
   */
  firstRevision?: number;
}

/** The state bus of one process: nothing of it outlives the process, and nothing needs to. */
export class MemoryBus implements StateBus {
  readonly epoch: string;
  readonly #clock: Clock;
  readonly #keys = new Keyspace();
  readonly #hub: WatchHub;
  readonly #leases = new Map<string, MemoryLease>();
  #revision: number;
  #leaseCount = 0;
  #closed = false;

  constructor({
    clock,
    keepEvents = 10_000,
    firstRevision = Math.floor(clock.now() * 1_000),
  }: MemoryBusOptions) {
    this.#clock = clock;
    this.#revision = firstRevision;
    this.epoch = firstRevision.toString(36);
    this.#hub = new WatchHub(keepEvents, firstRevision);
  }

  async get(key: string): Promise<BusEntry | undefined> {
    this.#open();
    const record = this.#keys.get(key);
    return record && entryOf(record);
  }

  async list(prefix: string): Promise<{ entries: BusEntry[]; revision: number }> {
    this.#open();
    return { entries: this.#keys.under(prefix).map(entryOf), revision: this.#revision };
  }

  async project(key: string, value: Projected): Promise<boolean> {
    this.#open();
    const before = this.#keys.get(key);
    if (before && before.value.version >= value.version) return false;
    this.#put(key, value, before);
    return true;
  }

  async remove(key: string, version: number): Promise<void> {
    this.#open();
    const record = this.#keys.get(key);
    if (record && record.value.version <= version) this.#delete(key);
  }

  watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncIterable<BusEvent[]> {
    return this.#hub.watch(prefix, afterRevision, signal);
  }

  async grantLease(ttlMs: number): Promise<Lease> {
    this.#open();
    this.#leaseCount += 1;
    const lease = new MemoryLease(`${this.epoch}-${this.#leaseCount}`, ttlMs, this.#clock, () => {
      this.#leases.delete(lease.id);
      for (const key of lease.keys) if (this.#keys.get(key)?.leaseId === lease.id) this.#delete(key);
    });
    this.#leases.set(lease.id, lease);
    return lease;
  }

  async acquire(
    key: string,
    holder: string,
    lease: Lease,
  ): Promise<{ held: boolean; createRevision: number }> {
    this.#open();
    const mine = this.#live(lease);
    const record = this.#keys.get(key);
    if (record) return { held: record.leaseId === mine.id, createRevision: record.createRevision };
    mine.keys.add(key);
    this.#put(key, { version: 1, holder }, { leaseId: mine.id });
    return { held: true, createRevision: this.#revision };
  }

  async relinquish(key: string, lease: Lease): Promise<void> {
    this.#open();
    const mine = this.#live(lease);
    mine.keys.delete(key);
    if (this.#keys.get(key)?.leaseId === mine.id) this.#delete(key);
  }

  /** Forgets all events so far, as a bus on disk does from time to time. */
  compact(): void {
    this.#hub.compact();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const lease of this.#leases.values()) lease.end();
    this.#hub.close();
  }

  #put(
    key: string,
    value: Projected,
    origin?: { createRevision?: number; leaseId?: string | undefined },
  ): void {
    this.#revision += 1;
    // Through JSON, as over a wire: what others see neither changes afterwards nor holds more than JSON can.
    const frozen = freeze(JSON.parse(JSON.stringify(value)));
    const revision = this.#revision;
    const { createRevision = revision, leaseId } = origin ?? {};
    this.#keys.set({ key, value: frozen, revision, createRevision, leaseId });
    this.#hub.publish({ type: 'put', key, value: frozen, revision });
  }

  #delete(key: string): void {
    if (!this.#keys.delete(key)) return;
    this.#revision += 1;
    this.#hub.publish({ type: 'delete', key, revision: this.#revision });
  }

  #live(lease: Lease): MemoryLease {
    const live = this.#leases.get(lease.id);
    if (!live) throw ended(lease.id);
    return live;
  }

  #open(): void {
    if (this.#closed) throw new Refusal('unavailable', 'the state bus is closed');
  }
}

class MemoryLease implements Lease {
  readonly id: string;
  readonly keys = new Set<string>();
  readonly #ttlMs: number;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #expiresAt: number;
  #cancel: () => void;
  #ended = false;

  constructor(id: string, ttlMs: number, clock: Clock, onEnd: () => void) {
    this.id = id;
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#expiresAt = clock.monotonic() + ttlMs;
    this.#cancel = this.#watchExpiry(ttlMs);
  }

  async keepAlive(): Promise<void> {
    if (this.#ended) throw ended(this.id);
    this.#expiresAt = this.#clock.monotonic() + this.#ttlMs;
  }

  async revoke(): Promise<void> {
    this.end();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancel();
    this.#onEnd();
  }

  /** One timer at a time: a renewal only moves the end, and the timer that comes too early goes to sleep again. */
  #watchExpiry(inMs: number): () => void {
    return this.#clock.after(inMs, () => {
      const left = this.#expiresAt - this.#clock.monotonic();
      if (left > 0) this.#cancel = this.#watchExpiry(left);
      else this.end();
    });
  }
}

const ended = (leaseId: string) => new Refusal('conflict', `lease ${leaseId} has ended`);

const entryOf = ({ key, value, revision }: BusEntry): BusEntry => ({ key, value, revision });
