import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type BusEvent, CompactedError } from '@lcm/core/spi/state-bus.ts';

/**
 * The events of a bus: the last of them for those who come late, and a feed for everybody who watches.
 * Feeds are found by the prefixes that a key can have, so that thousands of them cost nothing to an event
 * that is none of theirs.
 */
export class WatchHub {
  readonly #keep: number;
  #events: BusEvent[] = [];
  /** Revisions up to here are gone. */
  #compacted: number;
  readonly #feeds = new Map<string, Set<Feed>>();
  /** How many prefixes there are of each length. */
  readonly #lengths = new Map<number, number>();
  #closed = false;

  /** @param keep how many events are kept at least @param revision where the log begins */
  constructor(keep: number, revision: number) {
    this.#keep = keep;
    this.#compacted = revision;
  }

  publish(event: BusEvent): void {
    this.#events.push(event);
    // In strides, so that dropping the oldest does not cost every event.
    if (this.#events.length >= 2 * this.#keep) this.compact(this.#events.length - this.#keep);
    for (const length of this.#lengths.keys()) {
      if (length > event.key.length) continue;
      for (const feed of this.#feeds.get(event.key.slice(0, length)) ?? []) feed.push(event);
    }
  }

  /** Forgets the oldest `count` events, all of them where absent. */
  compact(count = this.#events.length): void {
    const last = this.#events[count - 1];
    if (!last) return;
    this.#compacted = last.revision;
    this.#events = this.#events.slice(count);
  }

  /** Batches of events under the prefix after the revision; each holds what came since the one before. */
  async *watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncGenerator<BusEvent[]> {
    if (this.#closed) throw closed();
    if (afterRevision < this.#compacted) throw new CompactedError(this.#compacted);
    const missed = this.#events.filter(
      (event) => event.revision > afterRevision && event.key.startsWith(prefix),
    );
    const feed = new Feed(missed, this.#keep);
    this.#add(prefix, feed);
    const onAbort = () => feed.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const batch = feed.take();
        if (batch.length > 0) yield batch;
        else if (this.#closed) throw closed();
        else await feed.more();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#remove(prefix, feed);
    }
  }

  close(): void {
    this.#closed = true;
    for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.wake();
  }

  #add(prefix: string, feed: Feed): void {
    const feeds = this.#feeds.get(prefix);
    if (feeds) {
      feeds.add(feed);
      return;
    }
    this.#feeds.set(prefix, new Set([feed]));
    this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1);
  }

  #remove(prefix: string, feed: Feed): void {
    const feeds = this.#feeds.get(prefix);
    feeds?.delete(feed);
    if (feeds?.size !== 0) return;
    this.#feeds.delete(prefix);
    const left = (this.#lengths.get(prefix.length) ?? 1) - 1;
    if (left > 0) this.#lengths.set(prefix.length, left);
    else this.#lengths.delete(prefix.length);
  }
}

/** What one watcher has still to read. One that lags further than the log reaches is told so, as any bus would. */
class Feed {
  #pending: BusEvent[];
  #overrun: number | undefined;
  #wake: (() => void) | undefined;
  readonly #limit: number;

  constructor(pending: BusEvent[], limit: number) {
    this.#pending = pending;
    this.#limit = Math.max(limit, pending.length);
  }

  push(event: BusEvent): void {
    if (this.#overrun !== undefined) this.#overrun = event.revision;
    else if (this.#pending.length < this.#limit) this.#pending.push(event);
    else {
      this.#overrun = event.revision;
      this.#pending = [];
    }
    this.wake();
  }

  take(): BusEvent[] {
    if (this.#overrun !== undefined) throw new CompactedError(this.#overrun);
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

const closed = () => new Refusal('unavailable', 'the state bus is closed');
