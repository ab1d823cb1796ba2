import { type BusEvent, CompactedError } from '@lcm/core/spi/state-bus.ts';
import type { Services } from '../services.ts';
import type { LiveChange, LiveView } from './live-view.ts';

/** Changes kept for clients that have just connected. */
const KEPT = 1_000;
/** Time before a bus that could not be watched is watched again. */
const WATCH_AGAIN_MS = 1_000;

/** Somebody who follows. Neither call may throw or wait. */
export interface Follower {
  deliver(changes: readonly LiveChange[]): void;
  /** Changes were missed for good: only a new snapshot helps. It has left the hub by then. */
  reset(): void;
}

/**
 * Watches the bus once for all clients of this process, looks each change up once, and hands it to all of
 * them: what a thousand clients cost is a thousand writes.
 */
export class LiveHub {
  readonly #services: Services;
  readonly #view: LiveView;
  readonly #stopping = new AbortController();
  /** Each with the revision up to which it has seen everything. */
  readonly #followers = new Map<Follower, number>();
  #recent: LiveChange[] = [];
  /** All changes after this revision are in `recent`. */
  #since = Number.POSITIVE_INFINITY;
  /** Handed out so far. */
  #at: number | undefined;
  #watching: Promise<void> | undefined;
  readonly #started = Promise.withResolvers<void>();

  constructor(services: Services, view: LiveView) {
    this.#services = services;
    this.#view = view;
  }

  /** How many follow. */
  get size(): number {
    return this.#followers.size;
  }

  /** The oldest revision from which anybody can still join. */
  get since(): number {
    return this.#since;
  }

  /** Begins to watch. Resolves as soon as nothing that happens from now on can be missed. */
  start(): Promise<void> {
    this.#watching ??= this.#watch();
    return this.#started.promise;
  }

  /** Hands over what came after the revision, and whatever comes. False where that lies too far back. */
  join(follower: Follower, after: number): boolean {
    if (after < this.#since) return false;
    this.#followers.set(follower, after);
    this.#hand(follower, this.#recent);
    return true;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { bus, clock, log } = this.#services;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#at ??= this.#since = (await bus.list('/lcm/settings/')).revision;
        this.#started.resolve();
        for await (const events of bus.watch('/lcm/', this.#at, signal)) await this.#publish(events);
      } catch (error) {
        if (error instanceof CompactedError) this.#startAnew();
        else {
          log.warn({ err: error }, 'the bus cannot be watched for live events, trying again');
          await clock.sleep(WATCH_AGAIN_MS, signal).catch(() => undefined);
        }
      }
    }
  }

  async #publish(events: readonly BusEvent[]): Promise<void> {
    const changes = await this.#view.changes(events);
    this.#at = events.at(-1)?.revision ?? this.#at;
    this.#recent.push(...changes);
    if (this.#recent.length > 2 * KEPT) {
      const dropped = this.#recent.splice(0, this.#recent.length - KEPT);
      this.#since = dropped.at(-1)?.revision ?? this.#since;
    }
    for (const follower of this.#followers.keys()) this.#hand(follower, changes);
  }

  #hand(follower: Follower, changes: readonly LiveChange[]): void {
    const seen = this.#followers.get(follower) ?? 0;
    const fresh =
      changes[0] && changes[0].revision > seen ? changes : changes.filter(({ revision }) => revision > seen);
    if (fresh.length === 0) return;
    this.#followers.set(follower, fresh.at(-1)?.revision ?? seen);
    follower.deliver(fresh);
  }

  #startAnew(): void {
    this.#at = undefined;
    this.#since = Number.POSITIVE_INFINITY;
    this.#recent = [];
    const followers = [...this.#followers.keys()];
    this.#followers.clear();
    for (const follower of followers) follower.reset();
  }
}
