import { CPU, MEMORY, WIDTH } from './amounts.ts';

/** Something held over a stretch of time, in milliseconds since the epoch and in millionths. */
export interface Held {
  from: number;
  to: number;
  amounts: Float64Array;
}

/** Row of the load: how full the worker is, 0 to 1, as the mean of its CPU and its memory. */
export const LOAD = WIDTH;
/** Rows of a profile: a level per dimension, and the load. */
export const ROWS = WIDTH + 1;
/** A step is its time and its rows: 64 bytes, a cache line. */
const STEP = ROWS + 1;

/**
 * What is held over time on each worker, as steps: from the time of one until that of the next, the levels
 * are the same; those of the last are nothing. All steps lie side by side in one array, because a decision
 * walks through thousands of them.
 */
export class Profiles {
  #steps = new Float64Array(STEP * 128);
  #used = 0;
  /** By worker: where its steps begin, how many there are, and for how many there is room. */
  #offset = new Int32Array(64);
  #count = new Int32Array(64);
  #room = new Int32Array(64);

  /**
   * Writes down what is held on the worker, in the place of what was.
   * @param shares one over the worker's capacity, per dimension
   */
  write(index: number, all: Iterable<Held>, shares: Float64Array): void {
    const held = [...all].filter((one) => one.to > one.from);
    const times = Float64Array.from(new Set(held.flatMap((one) => [one.from, one.to]))).sort();
    const count = times.length;
    this.#makeRoom(index, count);
    this.#count[index] = count;
    const offset = this.#offset[index] ?? 0;
    const steps = this.#steps.subarray(offset, offset + count * STEP).fill(0);
    for (const { from, to, amounts } of held) {
      for (let step = times.indexOf(from); step < count && (times[step] ?? to) < to; step++) {
        for (let row = 0; row < WIDTH; row++) {
          const place = step * STEP + 1 + row;
          steps[place] = (steps[place] ?? 0) + (amounts[row] ?? 0);
        }
      }
    }
    for (const [step, time] of times.entries()) {
      const place = step * STEP;
      const cpu = (steps[place + 1 + CPU] ?? 0) * (shares[CPU] ?? 0);
      const memory = (steps[place + 1 + MEMORY] ?? 0) * (shares[MEMORY] ?? 0);
      steps[place] = time;
      steps[place + 1 + LOAD] = (cpu + memory) / 2;
    }
  }

  /** The moments at which something changes on the worker, ascending. */
  times(index: number): number[] {
    const offset = this.#offset[index] ?? 0;
    return Array.from(
      { length: this.#count[index] ?? 0 },
      (_, step) => this.#steps[offset + step * STEP] ?? 0,
    );
  }

  /** Writes the most that is held at any moment of [from, to), row by row, to `into` from `place` on. */
  peaks(index: number, from: number, to: number, into: Float64Array, place: number): void {
    const steps = this.#steps;
    let at = this.#offset[index] ?? 0;
    const end = at + (this.#count[index] ?? 0) * STEP;
    while (at + STEP < end && (steps[at + STEP] ?? 0) <= from) at += STEP;
    for (let row = 0; row < ROWS; row++) into[place + row] = 0;
    for (; at < end && (steps[at] ?? 0) < to; at += STEP) {
      for (let row = 0; row < ROWS; row++) {
        const level = steps[at + 1 + row] ?? 0;
        if (level > (into[place + row] ?? 0)) into[place + row] = level;
      }
    }
  }

  /**
   * When nothing is held in the row any more around the end of [from, to): after `to` while something is
   * held then, else when the last of it ended, `from` where nothing was held at all.
   */
  freeAt(index: number, row: number, from: number, to: number): number {
    const steps = this.#steps;
    const first = this.#offset[index] ?? 0;
    const end = first + (this.#count[index] ?? 0) * STEP;
    let at = first;
    while (at + STEP < end && (steps[at + STEP] ?? 0) < to) at += STEP;
    if (at >= end || (steps[at] ?? 0) >= to) return from;
    while (at < end && (steps[at + 1 + row] ?? 0) > 0) at += STEP;
    return at < end ? Math.max(from, steps[at] ?? from) : from;
  }

  /** The last worker takes the place of another. */
  move(from: number, to: number): void {
    for (const numbers of [this.#offset, this.#count, this.#room]) {
      numbers[to] = numbers[from] ?? 0;
      numbers[from] = 0;
    }
  }

  #makeRoom(index: number, count: number): void {
    if (index >= this.#offset.length) {
      this.#offset = grown(this.#offset);
      this.#count = grown(this.#count);
      this.#room = grown(this.#room);
    }
    if (count <= (this.#room[index] ?? 0)) return;
    // Room to grow, so that a worker that fills up does not move with every reservation.
    const room = Math.max(8, count * 2);
    if (this.#used + room * STEP > this.#steps.length) this.#gather(index, room);
    this.#offset[index] = this.#used;
    this.#room[index] = room;
    this.#used += room * STEP;
  }

  /** Copies what is in use into a new array, without the gaps that moves have left. */
  #gather(moving: number, extra: number): void {
    const before = this.#steps;
    const rooms = this.#room.reduce((sum, room) => sum + room, extra);
    this.#steps = new Float64Array(2 * rooms * STEP);
    this.#used = 0;
    for (let index = 0; index < this.#room.length; index++) {
      const size = (this.#room[index] ?? 0) * STEP;
      if (index === moving || size === 0) continue;
      const offset = this.#offset[index] ?? 0;
      this.#steps.set(before.subarray(offset, offset + size), this.#used);
      this.#offset[index] = this.#used;
      this.#used += size;
    }
  }
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
