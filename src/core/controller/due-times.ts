/**
 * Which id is due when, earliest first; ids of equal time in the order in which they were put in. A binary
 * heap: what was moved or taken out stays in it until it comes up, and is passed over then.
 */
export class DueTimes {
  #heap: Due[] = [];
  readonly #current = new Map<string, Due>();
  #order = 0;

  get size(): number {
    return this.#current.size;
  }

  at(id: string): number | undefined {
    return this.#current.get(id)?.at;
  }

  /** Sets or moves the time of an id. */
  set(id: string, at: number): void {
    const due = { id, at, order: this.#order++ };
    this.#current.set(id, due);
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    // Ids that are moved again and again must not fill the heap.
    if (this.#heap.length > 2 * this.#current.size + 64) this.#rebuild();
  }

  delete(id: string): void {
    this.#current.delete(id);
  }

  /** The earliest time there is. */
  next(): number | undefined {
    this.#passOver();
    return this.#heap[0]?.at;
  }

  /** Takes out the earliest id, if it is due by then. */
  take(now: number): string | undefined {
    this.#passOver();
    const first = this.#heap[0];
    if (!first || first.at > now) return undefined;
    this.#pop();
    this.#current.delete(first.id);
    return first.id;
  }

  #passOver(): void {
    for (let first = this.#heap[0]; first && this.#current.get(first.id) !== first; first = this.#heap[0])
      this.#pop();
  }

  #rebuild(): void {
    // In order, an array is a heap.
    this.#heap = [...this.#current.values()].sort((a, b) => (before(a, b) ? -1 : 1));
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #sink(): void {
    let index = 0;
    while (true) {
      const left = 2 * index + 1;
      const [a, b] = [this.#heap[left], this.#heap[left + 1]];
      const least = a && b && before(b, a) ? left + 1 : left;
      if (!this.#swapIfBefore(least, index)) return;
      index = least;
    }
  }

  #swapIfBefore(lower: number, upper: number): boolean {
    const [a, b] = [this.#heap[lower], this.#heap[upper]];
    if (!a || !b || !before(a, b)) return false;
    this.#heap[upper] = a;
    this.#heap[lower] = b;
    return true;
  }
}

interface Due {
  id: string;
  at: number;
  order: number;
}

const before = (a: Due, b: Due) => a.at < b.at || (a.at === b.at && a.order < b.order);
