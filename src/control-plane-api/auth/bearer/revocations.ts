import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';

/** What of a token says whether it was revoked. */
export interface Revocable {
  issuer: string;
  subject: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
  /** The login session at the issuer that it came from. */
  sid?: string | undefined;
  jti?: string | undefined;
}

/** What is revoked: one token, all of a login session, or all that a person was given so far. */
export type Revoked = { issuer: string } & ({ jti: string } | { sid: string } | { subject: string });

const COLLECTION = 'revoked-tokens';

/** Tokens that are no longer good though their time is not over. */
export class Revocations {
  /** Grows with each revocation made here. */
  count = 0;
  readonly #store: ExpiringStore;
  readonly #clock: Clock;
  readonly #longestLifeMs: number;

  /** @param longestLifeMs how long a token may live: a revocation is kept as long */
  constructor(store: ExpiringStore, clock: Clock, longestLifeMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#longestLifeMs = longestLifeMs;
  }

  /** Felt at once here, and within seconds elsewhere. */
  async revoke(what: Revoked): Promise<void> {
    const at = this.#clock.now();
    await this.#store.put(COLLECTION, keyOf(what), { at }, { expiresAt: at + this.#longestLifeMs });
    this.count += 1;
  }

  async isRevoked({ issuer, subject, issuedAt, sid, jti }: Revocable): Promise<boolean> {
    if (jti !== undefined && (await this.#find({ issuer, jti }))) return true;
    if (sid !== undefined && (await this.#find({ issuer, sid }))) return true;
    const person = await this.#find({ issuer, subject });
    // What was issued in the very second of the revocation is taken for older.
    return person !== undefined && issuedAt <= person.at;
  }

  async #find(what: Revoked): Promise<{ at: number } | undefined> {
    return (await this.#store.get<{ at: number }>(COLLECTION, keyOf(what)))?.value;
  }
}

function keyOf(what: Revoked): string {
  if ('jti' in what) return `jti|${what.issuer}|${what.jti}`;
  if ('sid' in what) return `sid|${what.issuer}|${what.sid}`;
  return `subject|${what.issuer}|${what.subject}`;
}
