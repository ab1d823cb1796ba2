import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';

/** Events kept: readers that keep up find all of theirs among them. */
const KEPT = 2_000;

/**
 * The end of the log, in memory: those who follow it need not read from the disk what was just written. Exact
 * for a log that nobody else appends to.
 */
export class LogTail {
  /** All events after this cursor are kept. */
  #since: number;
  readonly #kept: number;
  #events: LoggedEvent[] = [];

  /** @param head cursor of the last event there is */
  constructor(head: number, kept = KEPT) {
    this.#since = head;
    this.#kept = kept;
  }

  /** Takes note of events that are durable, in order. */
  append(events: readonly LoggedEvent[]): void {
    this.#events.push(...events);
    if (this.#events.length < 2 * this.#kept) return;
    const dropped = this.#events.splice(0, this.#events.length - this.#kept);
    this.#since = dropped.at(-1)?.cursor ?? this.#since;
  }

  /** Events after the cursor, oldest first; undefined where that lies further back than is kept. */
  read(after: number, limit: number): LoggedEvent[] | undefined {
    if (after < this.#since) return undefined;
    const first = this.#placeAfter(after);
    return this.#events.slice(first, first + limit);
  }

  /** Place of the first event after the cursor, by bisection. */
  #placeAfter(cursor: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.cursor ?? 0) <= cursor) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
