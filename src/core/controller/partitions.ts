import type { Fence } from '../domain/fence.ts';
import type { Clock } from '../spi/clock.ts';
import type { Log } from '../spi/log.ts';
import type { Random } from '../spi/random.ts';
import type { StateBus } from '../spi/state-bus.ts';

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
export declare function startPartitions(options: PartitionsOptions): Partitions;
