import { Refusal } from '@lcm/core/domain/refusal.ts';
import { sameJson } from '@lcm/core/domain/same-json.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Viewer } from '../auth/access-rules.ts';

/** How often an open stream asks anew whether its caller is let in, and what it sees. */
const CHECK_MS = 5_000;

/**
 * Who follows a stream. Logins end, tokens are revoked, roles and settings change while it is open: it is asked
 * for again and again, with what the stream was opened with.
 */
export class Admittance {
  readonly #clock: Clock;
  readonly #ask: () => Promise<Viewer>;
  readonly #onRefused: () => void;
  #viewer: Viewer;
  #changed = Promise.withResolvers<void>();
  #cancel = () => {};
  #ended = false;

  /** @param onRefused called when the caller is let in no longer */
  constructor(clock: Clock, viewer: Viewer, ask: () => Promise<Viewer>, onRefused: () => void) {
    this.#clock = clock;
    this.#viewer = viewer;
    this.#ask = ask;
    this.#onRefused = onRefused;
    this.#checkLater();
  }

  get viewer(): Viewer {
    return this.#viewer;
  }

  /** Resolves when the viewer sees other things than until now. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  end(): void {
    this.#ended = true;
    this.#cancel();
  }

  #checkLater(): void {
    if (this.#ended) return;
    this.#cancel = this.#clock.after(CHECK_MS, () => {
      void this.#check().catch(() => this.#onRefused());
    });
  }

  async #check(): Promise<void> {
    try {
      const viewer = await this.#ask();
      if (!sameJson(viewer, this.#viewer)) {
        this.#viewer = viewer;
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      }
    } catch (refusal) {
      // Where nobody can tell at the moment, the next time will.
      const passing = refusal instanceof Refusal && !ENDS.includes(refusal.code);
      if (!passing) throw refusal;
    }
    this.#checkLater();
  }
}

const ENDS: readonly string[] = ['unauthenticated', 'forbidden'];
