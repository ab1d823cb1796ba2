import { isIPv6 } from 'node:net';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** The window over which a budget is counted, milliseconds. */
export const WINDOW_MS = 60_000;
/** More callers than that are not told apart: those that were quiet longest begin anew. */
const MOST_CALLERS = 100_000;

/** What came of a request. */
export interface Verdict {
  allowed: boolean;
  budget: number;
  /** Requests that are left at once. */
  remaining: number;
  /** Until the whole budget is there again, whole seconds. */
  resetSeconds: number;
  /** Until this request would be let through, whole seconds; 0 where it is. */
  retrySeconds: number;
}

/**
 * Counts requests by caller. A budget is a bucket that fills evenly over a minute and holds a minute's worth, so
 * that no two bursts meet at the edge of a window (the generic cell rate algorithm: one number per caller).
 * Counted in this process: of several replicas, each has the whole budget.
 */
export class RateLimiter {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** When a caller's bucket is full again; those who asked last stand last. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * Takes a request from the caller's budget; what is refused takes nothing.
   * @param budget requests a minute, at least 1
   * @param weight how many requests it counts for; what weighs more than the budget is let through a full one
   */
  take(caller: string, budget: number, weight = 1): Verdict {
    const now = this.#clock.monotonic();
    const each = WINDOW_MS / budget;
    const before = Math.max(now, this.#fullAt.get(caller) ?? now);
    const after = before + Math.min(weight, budget) * each;
    // A part of a millisecond is no wait: sums of thirds are not exact.
    const allowed = after - now <= WINDOW_MS + 0.001;
    if (allowed) this.#remember(caller, after);
    const fullAt = allowed ? after : before;
    return {
      allowed,
      budget,
      remaining: Math.max(0, Math.floor((WINDOW_MS - (fullAt - now) + 0.001) / each)),
      resetSeconds: Math.ceil((fullAt - now) / 1000),
      retrySeconds: allowed ? 0 : Math.max(1, Math.ceil((after - now - WINDOW_MS) / 1000)),
    };
  }

  #remember(caller: string, fullAt: number): void {
    this.#fullAt.delete(caller);
    this.#fullAt.set(caller, fullAt);
    if (this.#fullAt.size <= MOST_CALLERS) return;
    const [oldest] = this.#fullAt.keys();
    if (oldest !== undefined) this.#fullAt.delete(oldest);
  }
}

/** An address as a caller. Who has one IPv6 address has its whole /64 (RFC 6177). */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const groups = tail === undefined ? first : [...first, ...zeros, ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
