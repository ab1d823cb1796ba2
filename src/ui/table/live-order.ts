import type { Pace } from '../browser/pace.ts';
import { orderChanges } from './order-changes.ts';

/** The rows of a table, in order, and how many changes wait to be applied. */
export interface ShownOrder {
  ids: readonly string[];
  waiting: number;
}

/** Ordering and filtering are done once a second at most, whatever the stream says. */
const PAUSE_MS = 1_000;
/** An empty table is filled at once: to say for a second that there is nothing would be a lie. */
const EMPTY_PAUSE_MS = 16;

/**
 * The order of a live table. While somebody's hand is in the table (`setHeld`), rows stay where they are,
 * ended ones too; the changes are counted and wait until they are applied or the hand goes away.
 */
export class LiveOrder {
  #shown: ShownOrder = { ids: [], waiting: 0 };
  #wanted: readonly string[] = [];
  #held = false;
  #watchers = new Set<() => void>();
  #computedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  readonly #pace: Pace;
  #compute: () => readonly string[];

  constructor(pace: Pace, compute: () => readonly string[]) {
    this.#pace = pace;
    this.#compute = compute;
    this.#run();
  }

  get = (): ShownOrder => this.#shown;

  watch = (call: () => void): (() => void) => {
    this.#watchers.add(call);
    return () => this.#watchers.delete(call);
  };

  /** Something changed in what is ordered. */
  changed = (): void => {
    if (this.#cancel) return;
    const pause = this.#wanted.length === 0 ? EMPTY_PAUSE_MS : PAUSE_MS;
    const wait = Math.max(0, this.#computedAt + pause - this.#pace.now());
    this.#cancel = this.#pace.after(wait, () => {
      this.#cancel = undefined;
      this.#run();
    });
  };

  /** Another filter or sort was asked for: that is applied at once, held or not. */
  reorder(compute: () => readonly string[]): void {
    this.#compute = compute;
    this.#wanted = compute();
    this.apply();
  }

  setHeld(held: boolean): void {
    this.#held = held;
    if (!held) this.apply();
  }

  /** Shows the order as it should be now. */
  apply = (): void => {
    this.#show(this.#wanted, 0);
  };

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #run(): void {
    this.#computedAt = this.#pace.now();
    this.#wanted = this.#compute();
    const { ids } = this.#shown;
    if (this.#held && ids.length > 0) this.#show(ids, orderChanges(ids, this.#wanted));
    else this.apply();
  }

  #show(ids: readonly string[], waiting: number): void {
    const same = waiting === this.#shown.waiting && sameOrder(ids, this.#shown.ids);
    if (same) return;
    this.#shown = { ids, waiting };
    for (const call of [...this.#watchers]) call();
  }
}

function sameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((id, index) => id === other[index]));
}
