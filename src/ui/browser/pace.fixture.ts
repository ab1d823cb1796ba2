import type { Pace } from './pace.ts';

/** A pace that a test moves by hand. */
export class HandPace implements Pace {
  #now = Date.UTC(2026, 2, 1, 9);
  #timers = new Set<{ at: number; call: () => void }>();
  #frames = new Set<() => void>();
  /** What `chance` gives. */
  luck = 0.5;

  now = () => this.#now;
  chance = () => this.luck;

  after = (ms: number, call: () => void) => {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  frame = (call: () => void) => {
    this.#frames.add(call);
    return () => this.#frames.delete(call);
  };

  /** Draws once, as a visible tab does. */
  draw(): void {
    const due = [...this.#frames];
    this.#frames.clear();
    for (const call of due) call();
  }

  /** Lets milliseconds go by; due timers are called in their order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = until;
  }
}
