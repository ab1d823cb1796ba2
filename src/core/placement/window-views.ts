import { type Profiles, ROWS } from './profiles.ts';

/** How many windows are kept; the sessions of an exam day share a few dozen slots. */
const KEPT = 128;
/** A window that comes again among so many others is kept. */
const REMEMBERED = 16;
/** Windows that answer for those within them are a little longer than so many milliseconds, or than one of few multiples. */
const SHORTEST_MS = 1_800_000;
/** They begin at so many moments within their length, and are longer by that much. */
const STEPS = 4;

/** What of a fleet is viewed. */
interface Viewed {
  readonly size: number;
  readonly profiles: Profiles;
}

/** What the workers have free at every moment of a window: the least of each row of their profiles. */
export interface WindowView {
  /** By row, then by worker. */
  readonly least: readonly Float64Array[];
  /** By row: no worker has less. */
  readonly floor: Float64Array;
  /** Whether it is that very window; else one around it, in which there may be less. */
  readonly exact: boolean;
}

interface KeptView {
  readonly from: number;
  readonly to: number;
  least: Float64Array[];
  readonly floor: Float64Array;
  /** Workers from this index on are not looked at yet. */
  size: number;
}

/**
 * What the workers of a fleet have free in the windows that were asked for last: the next session of the same slot
 * need not walk through all reservations again. A window that is asked for once only, on a day on which each session
 * has its own, is answered for by a longer one around it, which most of the workers can be judged by. Kept up to
 * date worker by worker.
 */
export class WindowViews {
  readonly #fleet: Viewed;
  /** By window; the one used longest ago first. */
  readonly #kept = new Map<string, KeptView>();
  /** Windows that were asked for once, the earliest first. */
  readonly #once = new Set<string>();

  constructor(fleet: Viewed) {
    this.#fleet = fleet;
  }

  /** The view of a window, or of one around it where it was not asked for lately. */
  of(from: number, to: number): WindowView {
    const key = `${from}/${to}`;
    if (this.#kept.has(key) || this.#once.delete(key)) return { ...this.#view(key, from, to), exact: true };
    this.#once.add(key);
    dropOldest(this.#once, REMEMBERED);
    const length = lengthAround(to - from);
    const first = Math.floor((from / length) * STEPS) * (length / STEPS);
    const last = first + length + length / STEPS;
    return { ...this.#view(`${first}/${last}`, first, last), exact: false };
  }

  /** Looks again at a worker on which something has changed between two moments. */
  update(index: number, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): void {
    for (const view of this.#kept.values()) {
      if (index < view.size && view.from < to && from < view.to) this.#look(view, index);
    }
  }

  #view(key: string, from: number, to: number): KeptView {
    const floor = new Float64Array(ROWS).fill(Number.POSITIVE_INFINITY);
    const view = this.#kept.get(key) ?? { from, to, least: [], floor, size: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, view);
    dropOldest(this.#kept, KEPT);
    const { size } = this.#fleet;
    if (size > (view.least[0]?.length ?? 0)) view.least = grown(view.least, Math.ceil(size * 1.25));
    for (let index = view.size; index < size; index++) this.#look(view, index);
    view.size = size;
    return view;
  }

  #look({ from, to, least, floor }: KeptView, index: number): void {
    this.#fleet.profiles.look(index, from, to, least);
    for (let row = 0; row < ROWS; row++) floor[row] = Math.min(floor[row] ?? 0, least[row]?.[index] ?? 0);
  }
}

function grown(rows: readonly Float64Array[], size: number): Float64Array[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const larger = new Float64Array(size);
    larger.set(rows[row] ?? []);
    return larger;
  });
}

/** One of few lengths that is not less: half an hour, three quarters of an hour, and both doubled over and over. */
function lengthAround(lengthMs: number): number {
  let half = SHORTEST_MS;
  while (2 * half < lengthMs) half *= 2;
  if (lengthMs <= half) return half;
  return lengthMs <= 1.5 * half ? 1.5 * half : 2 * half;
}

interface Keyed {
  readonly size: number;
  keys(): Iterable<string>;
  delete(key: string): boolean;
}

function dropOldest(all: Keyed, most: number): void {
  if (all.size <= most) return;
  for (const oldest of all.keys()) {
    all.delete(oldest);
    break;
  }
}
