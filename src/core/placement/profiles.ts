import { CPU, MEMORY, SESSIONS, WIDTH } from './amounts.ts';
import { Steps } from './steps.ts';

/** Something held over a stretch of time, in milliseconds since the epoch and in millionths. */
export interface Held {
  from: number;
  to: number;
  amounts: Float64Array;
}

/** What a worker has, in millionths, and by how much a millionth of CPU and of memory makes it fuller. */
export interface Room {
  amounts: Float64Array;
  cpuShare: number;
  memoryShare: number;
}

/** Row of what is free of CPU and memory together, 0 to 1: the mean of both shares. */
export const SHARE = WIDTH;
/** Rows of a profile: what is free in each dimension, and the share. */
export const ROWS = WIDTH + 1;
/** There is enough in every dimension. */
export const ENOUGH = -1;
/** So few steps are walked through one by one, which is quicker than halving them. */
const FEW = 16;

/**
 * What each worker has free over time, in steps: as much is free from the time of one until that of the next. The
 * first step begins before all time and the last never ends; in both all of the worker's room is free.
 */
export class Profiles {
  readonly #steps = new Steps(ROWS);

  /** Writes down what is held on a worker, in the place of what was. */
  write(index: number, all: Iterable<Held>, room: Room): void {
    const held = [...all].filter((one) => one.to > one.from);
    const moments = Float64Array.from(new Set(held.flatMap((one) => [one.from, one.to]))).sort();
    this.#steps.resize(index, moments.length + 1);
    const { times, rows } = this.#steps;
    const [first, end] = [this.#steps.first(index), this.#steps.end(index)];
    times[first] = Number.NEGATIVE_INFINITY;
    times.set(moments, first + 1);
    for (const [row, amount] of room.amounts.entries()) rows[row]?.fill(amount, first, end);
    for (const one of held) this.#take(index, one);
    this.#share(first, end, room);
  }

  /** Adds something to what is held on a worker of that room. */
  add(index: number, held: Held, room: Room): void {
    if (held.to <= held.from) return;
    for (const moment of [held.from, held.to]) {
      const step = this.#find(index, moment);
      if (this.#steps.times[step] !== moment) this.#steps.split(index, step, moment);
    }
    this.#take(index, held);
    this.#share(this.#find(index, held.from), this.#find(index, held.to), room);
  }

  /** The moments at which something changes on the worker, ascending. */
  moments(index: number): Float64Array {
    return this.#steps.times.subarray(this.#steps.first(index) + 1, this.#steps.end(index));
  }

  /** Writes the least of each row at any moment of [from, to) to the worker's place in that row's array. */
  look(index: number, from: number, to: number, into: readonly Float64Array[]): void {
    const begin = this.#find(index, from);
    for (const [row, least] of into.entries()) least[index] = this.#least(index, row, begin, to);
  }

  /** The least of the row at any moment of [from, to). */
  least(index: number, row: number, from: number, to: number): number {
    return this.#least(index, row, this.#find(index, from), to);
  }

  /**
   * The first dimension in which less than what is wanted is free at some moment of [from, to), or `ENOUGH`.
   * @param known by row and worker, what is free at least: where that is enough, nobody has to look
   */
  firstShort(
    index: number,
    from: number,
    to: number,
    wanted: Float64Array,
    known: readonly Float64Array[] = [],
  ): number {
    const begin = this.#find(index, from);
    for (let row = 0; row < WIDTH; row++) {
      const amount = wanted[row] ?? 0;
      if (amount <= (known[row]?.[index] ?? Number.NEGATIVE_INFINITY)) continue;
      if (amount > this.#least(index, row, begin, to)) return row;
    }
    return ENOUGH;
  }

  /**
   * When no session is held any more around the end of [from, to): after `to` while one is held then, else when
   * the last of them ended, `from` where none was held at all.
   */
  emptyAt(index: number, from: number, to: number): number {
    const { times, rows } = this.#steps;
    const sessions = rows[SESSIONS] ?? NOTHING;
    const [first, last] = [this.#steps.first(index), this.#steps.end(index) - 1];
    let step = this.#find(index, to);
    // What begins just when the window ends is not of it.
    if (step > first && times[step] === to) step--;
    while (step < last && sessions[step] !== sessions[last]) step++;
    return Math.max(from, times[step] ?? from);
  }

  /** One worker takes the place of another, which is gone. */
  move(from: number, to: number): void {
    this.#steps.move(from, to);
  }

  /** The step in which the moment lies. */
  #find(index: number, moment: number): number {
    const { times } = this.#steps;
    let step = this.#steps.first(index);
    let end = this.#steps.end(index);
    while (end - step > FEW) {
      const half = (step + end) >> 1;
      if ((times[half] ?? 0) <= moment) step = half;
      else end = half;
    }
    while (step + 1 < end && (times[step + 1] ?? 0) <= moment) step++;
    return step;
  }

  /** The least of the row from a step on until the moment. */
  #least(index: number, row: number, begin: number, to: number): number {
    const { times, rows } = this.#steps;
    const amounts = rows[row] ?? NOTHING;
    const end = this.#steps.end(index);
    let least = amounts[begin] ?? 0;
    for (let step = begin + 1; step < end && (times[step] ?? 0) < to; step++) {
      const amount = amounts[step] ?? 0;
      if (amount < least) least = amount;
    }
    return least;
  }

  /** Takes from what is free in the steps between two moments at which steps begin. */
  #take(index: number, { from, to, amounts }: Held): void {
    const [begin, end] = [this.#find(index, from), this.#find(index, to)];
    for (let row = 0; row < WIDTH; row++) {
      const free = this.#steps.rows[row] ?? NOTHING;
      for (let step = begin; step < end; step++) free[step] = (free[step] ?? 0) - (amounts[row] ?? 0);
    }
  }

  /** Works out the shares of some steps. */
  #share(begin: number, end: number, { cpuShare, memoryShare }: Room): void {
    const { rows } = this.#steps;
    const [cpu, memory, share] = [rows[CPU] ?? NOTHING, rows[MEMORY] ?? NOTHING, rows[SHARE] ?? NOTHING];
    for (let step = begin; step < end; step++)
      share[step] = (cpu[step] ?? 0) * cpuShare + (memory[step] ?? 0) * memoryShare;
  }
}

/** There is no such row. */
const NOTHING = new Float64Array();
