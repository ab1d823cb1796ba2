import { Refusal } from '@lcm/core/domain/refusal.ts';

/** Runs the work in one transaction, durable on return; throws, and keeps nothing, where it fails. */
export type Transaction = (work: () => void) => void;

interface Write {
  weight: number;
  run(): void;
  succeed(): void;
  fail(error: unknown): void;
}

/** Weight of one transaction; bounds how long it keeps the event loop. */
const BATCH_WEIGHT = 256;
/** Weight that may wait. Beyond it callers are asked to come again. */
const MOST_WAITING = 20_000;

/**
 * Gathers the writes of one turn of the event loop into one transaction, since a disk sync costs as much for
 * a hundred writes as for one. While a transaction runs, the next writes gather.
 */
export class GroupCommit {
  readonly #transaction: Transaction;
  #waiting: Write[] = [];
  #weight = 0;
  #scheduled = false;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  /**
   * Runs `work` within a transaction and resolves with what it returns once that is durable. Where a batch
   * fails its works run again one by one, so `work` must change nothing but the database.
   * @param weight about how many rows it writes
   * @param durable is told the result as soon as that is durable, in the order of the works, before anybody else
   * @throws Refusal `busy` where too much waits already
   */
  write<T>(work: () => T, weight = 1, durable?: (result: T) => void): Promise<T> {
    if (this.#weight >= MOST_WAITING) {
      return Promise.reject(
        new Refusal('busy', 'the database has more writes waiting than it can take; try again in a second'),
      );
    }
    return new Promise((resolve, reject) => {
      let result: { value: T } | undefined;
      this.#waiting.push({
        weight,
        run: () => {
          result = { value: work() };
        },
        succeed: () => {
          if (!result) return reject(new Error('a write was never run'));
          durable?.(result.value);
          resolve(result.value);
        },
        fail: reject,
      });
      this.#weight += weight;
      this.#schedule();
    });
  }

  /** Writes everything that waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#writeBatch();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#writeBatch();
      // The rest has to wait for a turn of its own, in which reads and requests get their chance.
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #writeBatch(): void {
    const batch = this.#takeBatch();
    // One that failed must not spoil it for the others: all of them again, each by itself.
    if (!this.#written(batch)) for (const write of batch) this.#written([write]);
  }

  #takeBatch(): Write[] {
    let taken = 0;
    let weight = 0;
    for (const write of this.#waiting) {
      if (taken > 0 && weight + write.weight > BATCH_WEIGHT) break;
      taken++;
      weight += write.weight;
    }
    this.#weight -= weight;
    return this.#waiting.splice(0, taken);
  }

  /** Whether the batch is settled: written, or nothing but one write that failed. */
  #written(batch: Write[]): boolean {
    try {
      this.#transaction(() => {
        for (const write of batch) write.run();
      });
    } catch (error) {
      if (batch.length > 1) return false;
      for (const write of batch) write.fail(error);
      return true;
    }
    for (const write of batch) write.succeed();
    return true;
  }
}
