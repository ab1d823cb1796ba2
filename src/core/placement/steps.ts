/**
 * Steps in time of many workers, side by side: when each begins and its amounts, row by row, each row in an array of
 * its own, because a decision walks through thousands of steps and mostly for one amount.
 */
export class Steps {
  /** When each step begins, milliseconds since the epoch. */
  times = new Float64Array(128);
  /** By row: the amount in each step. */
  readonly rows: Float64Array[];
  #used = 0;
  /** By worker: where its steps begin, how many there are, and for how many there is room. */
  #first = new Int32Array(64);
  #count = new Int32Array(64);
  #room = new Int32Array(64);

  constructor(rows: number) {
    this.rows = Array.from({ length: rows }, () => new Float64Array(128));
  }

  /** Place of the worker's first step. */
  first(index: number): number {
    return this.#first[index] ?? 0;
  }

  /** Place after its last. */
  end(index: number): number {
    return (this.#first[index] ?? 0) + (this.#count[index] ?? 0);
  }

  /** Gives the worker so many steps; what it had stays as far as it goes. All places may change. */
  resize(index: number, count: number): void {
    if (index >= this.#first.length) {
      this.#first = grown(this.#first);
      this.#count = grown(this.#count);
      this.#room = grown(this.#room);
    }
    if (count > (this.#room[index] ?? 0)) this.#enlarge(index, count);
    this.#count[index] = count;
  }

  /** Makes a step of the worker two, equal ones; the later one begins at the moment. All places may change. */
  split(index: number, step: number, moment: number): void {
    const within = step - this.first(index);
    this.resize(index, this.end(index) - this.first(index) + 1);
    const [at, end] = [this.first(index) + within, this.end(index)];
    for (const numbers of [this.times, ...this.rows]) numbers.copyWithin(at + 1, at, end - 1);
    this.times[at + 1] = moment;
  }

  /** One worker's steps become another's, whose own are gone. */
  move(from: number, to: number): void {
    for (const numbers of [this.#first, this.#count, this.#room]) {
      numbers[to] = numbers[from] ?? 0;
      numbers[from] = 0;
    }
  }

  #enlarge(index: number, count: number): void {
    // Room to grow, so that a worker that fills up does not move with every reservation.
    const room = Math.max(8, count * 2);
    if (this.#used + room > this.times.length) this.#gather(room);
    const [first, end] = [this.first(index), this.end(index)];
    for (const numbers of [this.times, ...this.rows]) numbers.copyWithin(this.#used, first, end);
    this.#first[index] = this.#used;
    this.#room[index] = room;
    this.#used += room;
  }

  /** Copies what is in use into new arrays, without the gaps that moves have left. */
  #gather(extra: number): void {
    const size = 2 * this.#room.reduce((sum, room) => sum + room, extra);
    const places = new Int32Array(this.#first.length);
    let used = 0;
    for (let index = 0; index < places.length; index++) {
      places[index] = used;
      used += this.#room[index] ?? 0;
    }
    const gathered = (numbers: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(size);
      for (let index = 0; index < places.length; index++)
        larger.set(numbers.subarray(this.first(index), this.end(index)), places[index]);
      return larger;
    };
    this.times = gathered(this.times);
    for (const [row, numbers] of this.rows.entries()) this.rows[row] = gathered(numbers);
    this.#first = places;
    this.#used = used;
  }
}

function grown(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
