import type { Random } from '@lcm/core/spi/random.ts';

/** When the system is killed, and how it comes back. */
export interface Blow {
  /** Milliseconds that it has run for. */
  afterMs: number;
  /** Milliseconds until somebody starts it again. */
  outageMs: number;
  /** Starts that are killed in turn, each so many milliseconds after it was begun: before it runs, or right after. */
  starts: readonly { afterMs: number; outageMs: number }[];
}

/** Draws so many kills: most at any moment, a third of the restarts is killed again, and some of those once more. */
export function drawBlows(random: Random, kills: number): Blow[] {
  const blows: Blow[] = [];
  for (let left = kills; left > 0; ) {
    const again = Math.min(left - 1, random.next() < 0.25 ? (random.next() < 0.25 ? 2 : 1) : 0);
    const upTo = (ms: number) => Math.round(random.next() * ms);
    const afterMs = upTo(LONGEST_LIFE_MS);
    const outageMs = upTo(LONGEST_OUTAGE_MS);
    const starts = Array.from({ length: again }, () => ({
      afterMs: upTo(LONGEST_START_MS),
      outageMs: upTo(300),
    }));
    blows.push({ afterMs, outageMs, starts });
    left -= 1 + again;
  }
  return blows;
}

const LONGEST_LIFE_MS = 6_000;
const LONGEST_OUTAGE_MS = 1_500;
const LONGEST_START_MS = 2_500;
