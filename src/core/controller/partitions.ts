import type { Fence } from '../domain/fence.ts';
import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import type { BusEntry, Lease, StateBus } from '../spi/state-bus.ts';
import { pause } from '../waiting.ts';
import { fairShares } from './fair-share.ts';
import { startInformer } from './informer.ts';
import { KeptLease } from './kept-lease.ts';
import { partitionOf } from './partition-of.ts';

export interface PartitionsOptions {
  /** Name of the controller; it is part of the keys and of every fence. */
  controller: string;
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  /** 64 where absent; the same for all members, for ever. 1 makes whoever holds it the leader. */
  count?: number | undefined;
  /** Milliseconds that a lease lasts without renewal; 10,000 where absent. */
  leaseMs?: number | undefined;
  /** Milliseconds before its expiry at which a holder lets go of a lease, and that a new holder waits; a fifth of the lease where absent. */
  marginMs?: number | undefined;
}

/** What a member learns about its partitions. */
export interface PartitionsListener {
  /** Held from now on. */
  gained(partitions: readonly number[]): void;
  /** About to be handed over: begin nothing new; it is given up when the promise resolves. */
  releasing(partition: number): Promise<void>;
  /** Not held any more: what is under way must stop. */
  lost(partitions: readonly number[]): void;
}

/** One member's share of a controller's work. */
export interface Partitions {
  readonly controller: string;
  readonly count: number;
  /** Where an id belongs. */
  partitionOf(id: string): number;
  /** Proof of holding the id's partition for the next `forMs` milliseconds at least; undefined where that is not sure. */
  fenceFor(id: string, forMs?: number): Fence | undefined;
  held(): readonly number[];
  subscribe(listener: PartitionsListener): () => void;
  /** Gives the partition up and tries to get it anew: somebody else has written with a later token. */
  drop(partition: number): void;
  /** Gives everything back. */
  stop(): Promise<void>;
}

/** Becomes a member. Claims go on in the background, for ever, until it is stopped. */
export function startPartitions(options: PartitionsOptions): Partitions {
  return new Member(options);
}

/** Milliseconds at least between two looks, however many changes there are. */
const SHORTEST_PAUSE_MS = 50;

interface Held {
  token: number;
  /**
   * `settling`: whoever held it before may still be letting go; `releasing`: what is under way is coming to
   * its end; `givenUp`: no fence is given any more, though the bus may not know yet.
   */
  state: 'settling' | 'ready' | 'releasing' | 'givenUp';
}

class Member implements Partitions {
  readonly controller: string;
  readonly count: number;
  readonly #options: PartitionsOptions;
  readonly #log: Log;
  readonly #id: string;
  readonly #prefix: string;
  readonly #leaseMs: number;
  readonly #marginMs: number;
  readonly #lease: KeptLease;
  readonly #listeners = new Set<PartitionsListener>();
  readonly #held = new Map<number, Held>();
  readonly #settling = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  /** Aborted to cut the pause between two rounds short. */
  #look = new AbortController();

  constructor(options: PartitionsOptions) {
    const { bus, clock, leaseMs = 10_000, marginMs = leaseMs / 5 } = options;
    this.controller = options.controller;
    this.count = options.count ?? 64;
    this.#options = options;
    this.#leaseMs = leaseMs;
    this.#marginMs = marginMs;
    this.#prefix = `/lcm/${options.controller}/`;
    this.#id = options.random.uuid();
    this.#log = options.log.child({ controller: options.controller, member: this.#id });
    const onUnsure = () => this.#lose([...this.#held.keys()]);
    this.#lease = new KeptLease({ bus, clock, leaseMs, marginMs, onUnsure });
    this.#running = Promise.all([this.#keepLooking(), this.#watchOthers()]);
  }

  partitionOf(id: string): number {
    return partitionOf(id, this.count);
  }

  fenceFor(id: string, forMs = 0): Fence | undefined {
    const partition = this.partitionOf(id);
    const held = this.#held.get(partition);
    const usable = held?.state === 'ready' || held?.state === 'releasing';
    if (!usable || !this.#lease.isSureFor(forMs)) return undefined;
    return { controller: this.controller, partition, token: held.token };
  }

  held(): readonly number[] {
    return this.#lease.isSureFor(0) ? this.#inState('ready', 'releasing').sort((a, b) => a - b) : [];
  }

  subscribe(listener: PartitionsListener): () => void {
    this.#listeners.add(listener);
    const ready = this.#inState('ready');
    if (ready.length > 0) listener.gained(ready);
    return () => this.#listeners.delete(listener);
  }

  drop(partition: number): void {
    const held = this.#held.get(partition);
    if (!held || held.state === 'givenUp') return;
    for (const listener of this.#listeners) listener.lost([partition]);
    void this.#giveUp(partition, held);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#look.abort();
    await this.#running;
    for (const cancel of this.#settling) cancel();
    await Promise.all([...this.#held].map(([partition, held]) => this.#handOver(partition, held)));
    try {
      await this.#lease.end();
    } catch (error) {
      this.#log.warn({ err: error }, 'the lease could not be given back and will run out by itself');
    }
  }

  async #keepLooking(): Promise<void> {
    const { clock, random } = this.#options;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      this.#look = new AbortController();
      let waitMs = this.#leaseMs / 3;
      try {
        await this.#round();
        failures = 0;
      } catch (error) {
        failures += 1;
        waitMs = Math.min(waitMs, 250 * 2 ** Math.min(failures - 1, 10));
        this.#log.warn({ err: error, failures }, 'the bus does not answer; partitions end with the lease');
      }
      await pause(clock, SHORTEST_PAUSE_MS, this.#stop.signal);
      await pause(clock, waitMs * (0.8 + random.next() / 5), this.#look.signal);
    }
  }

  /** Looks at once when another member comes or goes, or a partition is given up. */
  async #watchOthers(): Promise<void> {
    const { bus, clock, random } = this.#options;
    const informer = startInformer({ bus, clock, random, log: this.#log, prefix: this.#prefix });
    informer.subscribe(({ type, id }) => {
      if (type === 'removed' || (type === 'added' && id.startsWith('members/'))) this.#look.abort();
    });
    await new Promise((resolve) => this.#stop.signal.addEventListener('abort', resolve, { once: true }));
    await informer.stop();
  }

  async #round(): Promise<void> {
    const { bus } = this.#options;
    const lease = await this.#lease.renew();
    const joining = bus.acquire(`${this.#prefix}members/${this.#id}`, this.#id, lease);
    await this.#lease.inTime('joining', joining);
    const listing = await this.#lease.inTime('listing the members', bus.list(this.#prefix));
    if (lease !== this.#lease.current || this.#stop.signal.aborted) return;
    const { holders, holdings } = this.#read(listing.entries);
    this.#compare(holders);
    const share = fairShares(this.count, holdings).get(this.#id) ?? 0;
    const keeping = this.#inState('settling', 'ready');
    for (const partition of keeping.slice(share)) {
      const held = this.#held.get(partition);
      if (held) void this.#handOver(partition, held);
    }
    await this.#claim(lease, this.#wanted(holders, Math.max(0, share - keeping.length)));
  }

  /** Who holds what, and how much each member does, this one included. */
  #read(entries: readonly BusEntry[]) {
    const holders = new Map<number, string>();
    const holdings = new Map([[this.#id, 0]]);
    for (const { key, value } of entries) {
      const [what, name = ''] = key.slice(this.#prefix.length).split('/');
      if (what === 'members') holdings.set(name, 0);
      if (what === 'partitions') holders.set(Number(name), String(value['holder']));
    }
    for (const holder of holders.values()) {
      const holding = holdings.get(holder);
      if (holding !== undefined) holdings.set(holder, holding + 1);
    }
    return { holders, holdings };
  }

  /** Makes what is believed here agree with the bus. */
  #compare(holders: ReadonlyMap<number, string>): void {
    const notOurs = [...this.#held.keys()].filter((partition) => holders.get(partition) !== this.#id);
    this.#lose(notOurs);
    for (const partition of this.#inState('givenUp')) {
      const held = this.#held.get(partition);
      if (held) void this.#giveUp(partition, held);
    }
  }

  /**
   * As many as are missing: those that are ours in the bus but unknown here (a call whose answer was lost, an
   * outage shorter than the lease), then free ones, each member from another place on.
   */
  #wanted(holders: ReadonlyMap<number, string>, missing: number): number[] {
    const offset = partitionOf(this.#id, this.count);
    const inTurn = Array.from({ length: this.count }, (_, index) => (index + offset) % this.count);
    const unknown = inTurn.filter((one) => holders.get(one) === this.#id && !this.#held.has(one));
    const free = inTurn.filter((one) => !holders.has(one));
    for (const partition of unknown.slice(missing)) {
      const held: Held = { token: 0, state: 'givenUp' };
      this.#held.set(partition, held);
      void this.#giveUp(partition, held);
    }
    return [...unknown, ...free].slice(0, missing);
  }

  async #claim(lease: Lease, partitions: readonly number[]): Promise<void> {
    const claims = partitions.map(async (partition) => {
      const acquiring = this.#options.bus.acquire(this.#keyOf(partition), this.#id, lease);
      const { held, createRevision } = await this.#lease.inTime('claiming a partition', acquiring);
      return held ? [{ partition, token: createRevision }] : [];
    });
    const settled = await Promise.allSettled(claims);
    const won = settled.flatMap((claim) => (claim.status === 'fulfilled' ? claim.value : []));
    if (lease === this.#lease.current) this.#settle(won);
    const failed = settled.find((claim) => claim.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Who held them before lets go within the margin; only then are they used. */
  #settle(won: readonly { partition: number; token: number }[]): void {
    if (won.length === 0) return;
    const batch = won.map(({ partition, token }) => {
      const held: Held = { token, state: 'settling' };
      this.#held.set(partition, held);
      return { partition, held };
    });
    const cancel = this.#options.clock.after(this.#marginMs, () => {
      this.#settling.delete(cancel);
      const still = batch.filter(({ partition, held }) => this.#held.get(partition) === held);
      const gained = still.filter(({ held }) => held.state === 'settling');
      for (const { held } of gained) held.state = 'ready';
      const partitions = gained.map(({ partition }) => partition);
      if (partitions.length === 0) return;
      this.#log.info({ partitions }, 'partitions gained');
      for (const listener of this.#listeners) listener.gained(partitions);
    });
    this.#settling.add(cancel);
  }

  #lose(partitions: readonly number[]): void {
    const used = partitions.filter((partition) => this.#held.get(partition)?.state !== 'givenUp');
    const lost = used.filter((partition) => this.#held.has(partition));
    for (const partition of partitions) this.#held.delete(partition);
    if (lost.length === 0) return;
    this.#log.warn({ partitions: lost }, 'partitions lost');
    for (const listener of this.#listeners) listener.lost(lost);
  }

  /** Lets another member have it, once what is under way is done. */
  async #handOver(partition: number, held: Held): Promise<void> {
    if (held.state === 'releasing' || held.state === 'givenUp') return;
    held.state = 'releasing';
    await Promise.allSettled([...this.#listeners].map((listener) => listener.releasing(partition)));
    if (this.#held.get(partition) === held) await this.#giveUp(partition, held);
  }

  /** Where the bus does not answer, it is tried again with the next round. */
  async #giveUp(partition: number, held: Held): Promise<void> {
    held.state = 'givenUp';
    const lease = this.#lease.current;
    if (!lease) return;
    try {
      const relinquishing = this.#options.bus.relinquish(this.#keyOf(partition), lease);
      await this.#lease.inTime('giving up a partition', relinquishing);
      if (this.#held.get(partition) === held) this.#held.delete(partition);
      this.#log.debug({ partition }, 'partition given up');
    } catch (error) {
      this.#log.warn({ err: error, partition }, 'a partition could not be given up yet');
    }
  }

  #inState(...states: readonly Held['state'][]): number[] {
    return [...this.#held].filter(([, { state }]) => states.includes(state)).map(([partition]) => partition);
  }

  #keyOf(partition: number): string {
    return `${this.#prefix}partitions/${partition}`;
  }
}
