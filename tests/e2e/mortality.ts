import type { Fetch } from '@lcm/core/api/client.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/**
 * What a process has from its start to its death: from `end` on nothing that it does reaches anything, nothing
 * answers it, and no timer of its own goes off. What it has begun outside goes on outside.
 */
export class Mortality {
  #over = false;
  readonly #last = new Set<() => void>();

  get isOver(): boolean {
    return this.#over;
  }

  /** The death. Calls from outside that wait for an answer learn that the connection is gone. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const last of [...this.#last]) last();
    this.#last.clear();
  }

  /** Calls back at the death; the function returned takes that back. */
  onEnd(last: () => void): () => void {
    this.#last.add(last);
    return () => this.#last.delete(last);
  }

  /** The clock as the process has it. */
  clock(clock: Clock): Clock {
    const after = (ms: number, callback: () => void) => {
      if (this.#over) return () => {};
      const cancel = clock.after(ms, () => {
        forget();
        callback();
      });
      const forget = this.onEnd(cancel);
      return () => {
        forget();
        cancel();
      };
    };
    const sleep = (ms: number, signal?: AbortSignal) => sleepBy(after, ms, signal);
    return { now: () => clock.now(), monotonic: () => clock.monotonic(), after, sleep };
  }

  /** Something outside, at any depth, as the process has it. */
  fenced<T extends object>(thing: T): T {
    return new Proxy(thing, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return this.fenced(member);
        if (typeof member !== 'function') return member;
        return (...input: unknown[]) => this.#whileAlive(async () => member.apply(target, input));
      },
    });
  }

  /** The store as the process has it: it hears of no commit any more either. */
  store(store: StateStore): StateStore {
    const fenced = this.fenced(store);
    const onCommit = (listener: () => void) => {
      const unsubscribe = store.onCommit(listener);
      const forget = this.onEnd(unsubscribe);
      return () => {
        forget();
        unsubscribe();
      };
    };
    return new Proxy(fenced, {
      get: (target, name) => (name === 'onCommit' ? onCommit : Reflect.get(target, name)),
    });
  }

  /** `fetch` to something outside, as the process has it. */
  outward(ask: Fetch): Fetch {
    return (url, init) => this.#whileAlive(() => ask(url, init));
  }

  /** `fetch` to the process, as others have it. */
  inward(ask: Fetch): Fetch {
    return async (url, init) => {
      if (this.#over) throw broken('ECONNREFUSED', `nothing listens at ${url}`);
      return new Promise((resolve, reject) => {
        const forget = this.onEnd(() => reject(broken('ECONNRESET', `the connection to ${url} was reset`)));
        ask(url, init).then(resolve, reject).finally(forget);
      });
    };
  }

  async #whileAlive<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#over) return new Promise(() => {});
    try {
      return await ask();
    } finally {
      // Whatever came of it, the process is not there to hear of it.
      if (this.#over) await new Promise(() => {});
    }
  }
}

/** Sleeps by a timer. */
function sleepBy(after: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** What `fetch` throws when the connection fails. */
function broken(code: string, message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}
