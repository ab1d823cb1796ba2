import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import { addressKey, RateLimiter } from '../../http/rate-limiter.ts';
import type { AttemptSecrets } from './identity-issuer.ts';
import { idOf } from './login-sessions.ts';

/** What is remembered from the way to the issuer until the way back. */
export interface LoginAttempt extends AttemptSecrets {
  returnTo: string;
  /** Whether the person had to prove anew who they are. */
  anew: boolean;
}

/** Somebody may take so long to log in. */
export const ATTEMPT_SECONDS = 600;
/** From one address in a minute: a whole classroom may sit behind it, but what is begun is written down. */
const MOST_A_MINUTE = 600;
const COLLECTION = 'login-attempt';

/**
 * Logins that have begun and not ended. Each belongs to the browser that began it, by a cookie of its own, and is
 * good for one way back: a code that was stolen, or planted, has no attempt to go with.
 */
export class LoginAttempts {
  readonly #store: ExpiringStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limiter: RateLimiter;

  constructor(store: ExpiringStore, { clock, random }: { clock: Clock; random: Random }) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    this.#limiter = new RateLimiter(clock);
  }

  /** Begins one; its cookie's value beside it. @throws Refusal `tooManyRequests` */
  async begin(
    returnTo: string,
    anew: boolean,
    address: string,
  ): Promise<{ secret: string; attempt: LoginAttempt }> {
    const { allowed, retrySeconds } = this.#limiter.take(addressKey(address), MOST_A_MINUTE);
    if (!allowed)
      throw new Refusal(
        'tooManyRequests',
        `too many logins are begun here: come again in ${retrySeconds} seconds`,
        {
          facts: { retryAfterSeconds: retrySeconds },
        },
      );
    const [secret, state, nonce, verifier] = [1, 2, 3, 4].map(() => this.#random.secret()) as [
      string,
      string,
      string,
      string,
    ];
    const attempt: LoginAttempt = { state, nonce, verifier, returnTo, anew };
    const expiresAt = this.#clock.now() + ATTEMPT_SECONDS * 1_000;
    await this.#store.put(COLLECTION, idOf(secret), attempt, { expiresAt });
    return { secret, attempt };
  }

  /** The attempt of that cookie, once. */
  async take(secret: string): Promise<LoginAttempt | undefined> {
    const kept = await this.#store.get<LoginAttempt>(COLLECTION, idOf(secret));
    // Of two ways back at once one finds it.
    return kept && (await this.#store.remove(COLLECTION, kept.id)) ? kept.value : undefined;
  }
}
