import type { Fetch } from '@lcm/core/api/client.ts';

/** How many turns of the event loop without a call under way, and with one that waits for time, are enough. */
const CALM_TURNS = 4;
const STUCK_TURNS = 100;

/** Counts the calls under way, so that time stands still for them. */
export class Traffic {
  #underWay = 0;
  #moves = 0;
  #generation = 0;

  counted(ask: Fetch): Fetch {
    return (url, init) => this.during(() => ask(url, init));
  }

  /** Time stands still until that is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const generation = this.#generation;
    this.#underWay++;
    this.#moves++;
    try {
      return await work();
    } finally {
      if (generation === this.#generation) this.#underWay--;
      this.#moves++;
    }
  }

  /** Nobody waits any more for what is under way now. */
  forget(): void {
    this.#generation++;
    this.#underWay = 0;
    this.#moves++;
  }

  /** Resolves when nothing more happens by itself: no call is under way, or those that are wait for time to pass. */
  async calm(): Promise<void> {
    let seen = this.#moves;
    for (let turns = 0; turns < (this.#underWay === 0 ? CALM_TURNS : STUCK_TURNS); turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#moves !== seen) turns = 0;
      seen = this.#moves;
    }
  }
}
