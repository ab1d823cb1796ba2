import type { Pace } from '../browser/pace.ts';

/** How long a hidden tab, which draws nothing, gathers before it flushes all the same. */
const HIDDEN_MS = 500;

/**
 * Gathers what comes in and hands it over once per drawing, so that a burst costs one pass through the page.
 * A hidden tab gets no drawings; there a timer does it.
 */
export class FlushQueue<Item> {
  #items: Item[] = [];
  #cancel: (() => void) | undefined;
  readonly #pace: Pace;
  readonly #flush: (items: Item[]) => void;

  constructor(pace: Pace, flush: (items: Item[]) => void) {
    this.#pace = pace;
    this.#flush = flush;
  }

  push(items: readonly Item[]): void {
    for (const item of items) this.#items.push(item);
    if (this.#cancel || this.#items.length === 0) return;
    const cancelFrame = this.#pace.frame(() => this.#run());
    const cancelTimer = this.#pace.after(HIDDEN_MS, () => this.#run());
    this.#cancel = () => {
      cancelFrame();
      cancelTimer();
    };
  }

  #run(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const items = this.#items;
    this.#items = [];
    this.#flush(items);
  }
}
