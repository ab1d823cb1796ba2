import { WIDTH } from './amounts.ts';

/** Something held over a stretch of time, in milliseconds since the epoch and in millionths. */
export interface Held {
  from: number;
  to: number;
  amounts: Float64Array;
}

/**
 * What is held over time, as steps: from `times[i]` until `times[i + 1]` the level in dimension `d` is
 * `levels[d * times.length + i]`. The last level is nothing.
 */
export interface Profile {
  times: Float64Array;
  levels: Float64Array;
}

/** The profile of everything that is held. */
export function profileOf(all: Iterable<Held>): Profile {
  const held = [...all].filter((one) => one.to > one.from);
  const times = Float64Array.from(new Set(held.flatMap((one) => [one.from, one.to]))).sort();
  const count = times.length;
  const levels = new Float64Array(count * WIDTH);
  for (const { from, to, amounts } of held) {
    for (let step = segmentAt(times, from); step < count && (times[step] ?? to) < to; step++) {
      for (let dimension = 0; dimension < WIDTH; dimension++) {
        const place = dimension * count + step;
        levels[place] = (levels[place] ?? 0) + (amounts[dimension] ?? 0);
      }
    }
  }
  return { times, levels };
}

/** The most that is held at any moment of [from, to) in the dimension. */
export function peak(profile: Profile, dimension: number, from: number, to: number): number {
  const { times, levels } = profile;
  const count = times.length;
  const row = dimension * count;
  let most = 0;
  for (let step = segmentAt(times, from); step < count; step++) {
    if ((times[step] ?? to) >= to) break;
    const level = levels[row + step] ?? 0;
    if (level > most) most = level;
  }
  return most;
}

/**
 * When nothing is held in the dimension any more around the end of [from, to): after `to` while something is
 * held then, else when the last of it ended, `from` where nothing was held at all.
 */
export function freeAt(profile: Profile, dimension: number, from: number, to: number): number {
  const { times, levels } = profile;
  const count = times.length;
  if (count === 0 || to <= (times[0] ?? 0)) return from;
  let step = segmentAt(times, to - 1);
  while (step < count && (levels[dimension * count + step] ?? 0) > 0) step++;
  return Math.max(from, times[step] ?? from);
}

/** Index of the last time that is not later than `at`; the first where all are later. */
function segmentAt(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low > 0 ? low - 1 : 0;
}
