import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';

interface Entry {
  id: string;
  start: number;
  createdAt: number;
}

/**
 * The sessions that wait for a placement, in the order in which the scheduler takes them. It is told of each
 * state on its way to the bus, so that a place in the queue costs a look instead of reading the whole queue.
 */
export class Queue {
  readonly #waiting = new Map<string, Entry>();
  /** In order. */
  readonly #entries: Entry[] = [];

  /** How many wait. */
  get size(): number {
    return this.#entries.length;
  }

  /** Takes note of a session's state. */
  note(session: Session): void {
    const entry = entryOf(session);
    const known = this.#waiting.get(session.id);
    const waits = session.status === 'PENDING' && !session.onHold;
    if (known && waits && known.start === entry.start) return;
    if (known) {
      this.#entries.splice(this.#before(known), 1);
      this.#waiting.delete(session.id);
    }
    if (!waits) return;
    this.#entries.splice(this.#before(entry), 0, entry);
    this.#waiting.set(session.id, entry);
  }

  /** The session's place from 1; undefined where it does not wait. */
  placeOf(session: Session): number | undefined {
    return session.status === 'PENDING' && !session.onHold ? this.#before(entryOf(session)) + 1 : undefined;
  }

  /** How many come before it, by bisection. */
  #before(entry: Entry): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#entries[middle];
      if (at && compare(at, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const entryOf = ({ id, timeslot, createdAt }: Session): Entry => ({
  id,
  start: ms(timeslot.start),
  createdAt: ms(createdAt),
});

function compare(one: Entry, other: Entry): number {
  return (
    one.start - other.start ||
    one.createdAt - other.createdAt ||
    (one.id === other.id ? 0 : one.id < other.id ? -1 : 1)
  );
}
