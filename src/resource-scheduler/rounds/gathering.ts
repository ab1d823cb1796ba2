import type { Clock } from '@lcm/core/spi/clock.ts';

export interface GatheringOptions<Item, Result> {
  clock: Clock;
  /** Milliseconds without a new one after which it begins, and the longest that the first one waits. */
  idleMs: number;
  longestMs: number;
  /** Deals with all that were gathered, each by its key. */
  run: (items: ReadonlyMap<string, Item>) => Promise<ReadonlyMap<string, Result>>;
}

/**
 * Gathers what comes within moments of each other and deals with it together, one lot after the other: what
 * comes while a lot is under way is part of the next.
 */
export class Gathering<Item, Result> {
  readonly #options: GatheringOptions<Item, Result>;
  #items = new Map<string, Item>();
  #lot: Promise<ReadonlyMap<string, Result>> | undefined;
  #begin: (() => void) | undefined;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(options: GatheringOptions<Item, Result>) {
    this.#options = options;
  }

  /** What became of the item, once its lot is done. @throws what made the lot fail */
  async add(key: string, item: Item): Promise<Result | undefined> {
    this.#items.set(key, item);
    this.#lot ??= this.#gather();
    this.#begin?.();
    return (await this.#lot).get(key);
  }

  #gather(): Promise<ReadonlyMap<string, Result>> {
    const { clock, idleMs, longestMs, run } = this.#options;
    const gathered = new Promise<void>((resolve) => {
      const latest = clock.monotonic() + longestMs;
      let cancel = () => {};
      this.#begin = () => {
        cancel();
        cancel = clock.after(Math.min(idleMs, Math.max(0, latest - clock.monotonic())), resolve);
      };
    });
    const lot = Promise.all([gathered, this.#busy]).then(() => {
      const items = this.#items;
      this.#items = new Map();
      this.#lot = undefined;
      this.#begin = undefined;
      return run(items);
    });
    this.#busy = lot.catch(() => undefined);
    return lot;
  }
}
