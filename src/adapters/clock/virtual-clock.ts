import type { Clock } from '@lcm/core/spi/clock.ts';

type Timer = { at: number; order: number; callback: () => void };

/**
 * A clock that stands still until it is told to move. Timers fire in order of their time, those of equal
 * time in the order in which they were set, so that a seeded run repeats itself exactly.
 */
export class VirtualClock implements Clock {
  #now: number;
  #started: number;
  #order = 0;
  #timers: Timer[] = [];

  /** @param startMs the wall-clock time it starts at, milliseconds since the epoch */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
    this.#started = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#started;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves time forward by `ms`, firing what falls due and letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      const due = timer;
      this.#now = Math.max(this.#now, due.at);
      this.#timers = this.#timers.filter((other) => other !== due);
      due.callback();
      await settle();
    }
    this.#now = end;
  }

  /**
   * Moves time forward, timer by timer, until `done` says so.
   * @throws when `limitMs` of virtual time have passed or nothing is left that could make a difference
   */
  async until(done: () => boolean | Promise<boolean>, limitMs = 24 * 3_600_000): Promise<void> {
    const end = this.#now + limitMs;
    await settle();
    while (!(await done())) {
      const timer = this.#next(end);
      if (!timer) throw new Error(`nothing more happens within ${limitMs} ms of virtual time`);
      await this.advance(timer.at - this.#now);
    }
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** Lets pending promises and in-process requests run before time moves on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
