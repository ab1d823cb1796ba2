import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Caller, ownKey } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import type { StreamWriter } from './stream-writer.ts';

/** Streams of one sort that are open: each holds a socket and memory for as long as its client likes. */
export class OpenStreams {
  readonly #settings: Services['settings'];
  readonly #writers = new Set<StreamWriter>();
  readonly #byCaller = new Map<string, number>();

  constructor({ settings }: Pick<Services, 'settings'>) {
    this.#settings = settings;
  }

  /**
   * Takes a place for the caller; the answer gives it back.
   * @throws Refusal `tooManyRequests` where as many are open as one caller may have
   */
  async take(caller: Caller): Promise<() => void> {
    const { streamsPerCaller } = await this.#settings.get();
    const key = ownKey(caller);
    const open = this.#byCaller.get(key) ?? 0;
    if (streamsPerCaller !== null && open >= streamsPerCaller)
      throw new Refusal('tooManyRequests', `you follow ${open} streams already: end one first`, {
        facts: { retryAfterSeconds: RETRY_SECONDS },
      });
    this.#byCaller.set(key, open + 1);
    return () => {
      const left = (this.#byCaller.get(key) ?? 1) - 1;
      if (left > 0) this.#byCaller.set(key, left);
      else this.#byCaller.delete(key);
    };
  }

  add(writer: StreamWriter): void {
    this.#writers.add(writer);
  }

  remove(writer: StreamWriter): void {
    this.#writers.delete(writer);
  }

  /** An open stream would keep the server from closing. */
  endAll(): void {
    for (const writer of this.#writers) writer.end();
  }
}

/** Nobody knows when a stream ends: when to look again, seconds. */
const RETRY_SECONDS = 5;
