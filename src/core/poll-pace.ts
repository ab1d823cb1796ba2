/** Bounds of the wait between two looks at something that is under way. */
export interface PollPace {
  /** Milliseconds; 50 where absent. */
  atLeastMs?: number;
  /** Milliseconds: how late the end of something long is noticed at most. */
  atMostMs: number;
}

/** Of the time that something has taken so far. */
const SHARE = 1 / 5;
const AT_LEAST_MS = 50;

/**
 * Milliseconds until the next look at something that began so long ago, in proportion to that: what is done at
 * once is seen at once, and what takes minutes is not asked about more often for it. With a fifth and at most
 * 5 s, a boot of three minutes is looked at as often as every 3 s would.
 */
export function untilNextLook(underWayMs: number, { atLeastMs = AT_LEAST_MS, atMostMs }: PollPace): number {
  return Math.min(atMostMs, Math.max(atLeastMs, Math.round(underWayMs * SHARE)));
}
