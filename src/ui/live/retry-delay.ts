const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/**
 * Milliseconds until the next attempt: 1 s at first, doubled to 30 s, and half of it left to chance so that a
 * restarted server is not met by all pages at once.
 * @param failures attempts that failed in a row, 1 or more
 * @param chance a fraction in [0, 1)
 */
export function retryDelayMs(failures: number, chance: number): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(FIRST_MS, Math.round(full * (0.5 + chance / 2)));
}
