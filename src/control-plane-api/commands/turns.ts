/**
 * Lets those who want the same keys go one after the other, in the order in which they came; others are not
 * held up. What would lose a race against its own process waits instead of being done again and again.
 */
export class Turns {
  /** Settles when the last one in line for the key is done. */
  readonly #last = new Map<string, Promise<void>>();

  /** Runs the work when all keys are free. All are asked for at once, so that nobody waits in a circle. */
  async take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const key of keys) this.#last.set(key, promise);
    await Promise.all(before);
    try {
      return await work();
    } finally {
      resolve();
      for (const key of keys) if (this.#last.get(key) === promise) this.#last.delete(key);
    }
  }
}
