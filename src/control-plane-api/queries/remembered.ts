import type { Clock } from '@lcm/core/spi/clock.ts';

/** What was written by another process is seen this late, milliseconds. */
const FRESH_MS = 1_000;

/**
 * Something that is read far more often than it changes: read once a second, and at once after this process
 * has written what it is made of.
 */
export class Remembered<T> {
  readonly #clock: Clock;
  readonly #read: () => Promise<T>;
  #known: { at: number; value: Promise<T> } | undefined;

  constructor(clock: Clock, read: () => Promise<T>) {
    this.#clock = clock;
    this.#read = read;
  }

  get(): Promise<T> {
    const now = this.#clock.monotonic();
    if (this.#known && now - this.#known.at < FRESH_MS) return this.#known.value;
    const known = { at: now, value: this.#read() };
    this.#known = known;
    // A failure is not remembered.
    known.value.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.value;
  }

  /** Has it read again. */
  forget(): void {
    this.#known = undefined;
  }
}
