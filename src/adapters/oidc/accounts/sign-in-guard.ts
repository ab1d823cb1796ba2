import { createHash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import ipaddr from 'ipaddr.js';

/**
 * Slows down who guesses passwords: per account and per address, each failure beyond the free ones doubles the time
 * until the next attempt is looked at. Accounts that do not exist are counted like those that do.
 */
export class SignInGuard {
  readonly #store: ExpiringStore;
  readonly #clock: Clock;

  constructor(store: ExpiringStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Counts an attempt as failed before anything is looked at, so that many at once are counted too.
   * @throws Refusal `tooManyRequests` with `retryAfterSeconds` in its facts
   */
  async admit(attempt: Attempt): Promise<void> {
    for (const [key, limit] of keysOf(attempt)) await this.#count(key, limit);
  }

  /** The attempt was the right one: the account begins anew, the address has this one back. */
  async succeeded(attempt: Attempt): Promise<void> {
    const [[address], [account]] = keysOf(attempt);
    await this.#store.remove(COLLECTION, account);
    const kept = await this.#store.get<Failures>(COLLECTION, address);
    if (!kept) return;
    const value = { count: Math.max(0, kept.value.count - 1), blockedUntil: 0 };
    // Whoever wrote meanwhile has counted on; one failure too many is no harm.
    await this.#store.put(COLLECTION, address, value, {
      expiresAt: kept.expiresAt,
      ifVersion: kept.version,
    });
  }

  async #count(key: string, limit: Limit): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const now = this.#clock.now();
      const kept = await this.#store.get<Failures>(COLLECTION, key);
      const { count, blockedUntil } = kept?.value ?? { count: 0, blockedUntil: 0 };
      if (now < blockedUntil) throw tooSoon(blockedUntil - now);
      const next = { count: count + 1, blockedUntil: now + delayMs(count + 1, limit) };
      const terms = { expiresAt: now + FORGOTTEN_MS, ifVersion: kept?.version ?? 0 };
      if (await this.#store.put(COLLECTION, key, next, terms)) return;
    }
    throw tooSoon(1_000);
  }
}

/** Who tries, and from where. */
export interface Attempt {
  username: string;
  /** IP address; attempts without one count together. */
  address?: string | undefined;
}

interface Failures {
  count: number;
  /** Milliseconds since the epoch. */
  blockedUntil: number;
}

interface Limit {
  /** Failures that cost nothing. */
  free: number;
}

const COLLECTION = 'sign-in-failures';
const ACCOUNT: Limit = { free: 5 };
/** A whole classroom may sit behind one address. */
const ADDRESS: Limit = { free: 30 };
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15 * 60_000;
const FORGOTTEN_MS = 60 * 60_000;
const MOST_ATTEMPTS = 20;

const delayMs = (count: number, { free }: Limit): number =>
  count < free ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(count - free, 20));

/** The address comes first: whoever has to wait there locks no account, and has nothing more written down. */
function keysOf({ username, address }: Attempt): [[string, Limit], [string, Limit]] {
  const name = createHash('sha256').update(username.trim().toLowerCase()).digest('base64url');
  return [
    [`address:${networkOf(address)}`, ADDRESS],
    [`account:${name}`, ACCOUNT],
  ];
}

/** An IPv6 host has a whole /64 to come from. */
function networkOf(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed.toByteArray().slice(0, 8).join('.')}/64`;
}

function tooSoon(ms: number): Refusal {
  const retryAfterSeconds = Math.ceil(ms / 1_000);
  return new Refusal('tooManyRequests', `too many attempts; try again in ${retryAfterSeconds} s`, {
    facts: { retryAfterSeconds },
  });
}
