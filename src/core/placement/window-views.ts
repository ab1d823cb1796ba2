import { WIDTH } from './amounts.ts';
import { AT, STRIDE } from './layout.ts';
import { LOAD, type Profiles, ROWS } from './profiles.ts';

/** How many windows are kept; the sessions of an exam day share a few dozen slots. */
const KEPT = 96;

/** What one worker shows in a window: what is free in each dimension, and its load at the fullest moment. */
export const VIEWED = ROWS;

/** What of a fleet is viewed. */
interface Viewed {
  readonly size: number;
  readonly numbers: Float64Array;
  readonly profiles: Profiles;
}

/** A window and what every worker shows in it, `VIEWED` numbers each. */
interface WindowView {
  from: number;
  to: number;
  shown: Float64Array;
  /** Workers from this index on are not looked at yet. */
  size: number;
}

/**
 * What the workers of a fleet have free in a window, kept for the windows that were asked for last: the next
 * session of the same slot need not walk through all reservations again. Kept up to date worker by worker.
 */
export class WindowViews {
  readonly #fleet: Viewed;
  readonly #views = new Map<string, WindowView>();

  constructor(fleet: Viewed) {
    this.#fleet = fleet;
  }

  /** Per worker, `VIEWED` apart: what is free in each dimension, then the load. */
  of(from: number, to: number): Float64Array {
    const key = `${from}/${to}`;
    const view = this.#views.get(key) ?? { from, to, shown: new Float64Array(), size: 0 };
    // The one used last is last in the map, so that the first is the one to go.
    this.#views.delete(key);
    this.#views.set(key, view);
    if (this.#views.size > KEPT) {
      for (const oldest of this.#views.keys()) {
        this.#views.delete(oldest);
        break;
      }
    }
    this.#complete(view);
    return view.shown;
  }

  /** What one worker shows in a window, without looking at the others. */
  ofOne(index: number, from: number, to: number): Float64Array {
    const shown = new Float64Array(VIEWED);
    this.look(index, from, to, shown, 0);
    return shown;
  }

  /** Looks again at a worker that has changed. */
  update(index: number): void {
    for (const view of this.#views.values()) {
      if (index < view.size) this.look(index, view.from, view.to, view.shown, index * VIEWED);
    }
  }

  #complete(view: WindowView): void {
    const { size } = this.#fleet;
    if (view.shown.length < size * VIEWED) {
      const larger = new Float64Array(Math.ceil(size * 1.25) * VIEWED);
      larger.set(view.shown);
      view.shown = larger;
    }
    for (let index = view.size; index < size; index++) {
      this.look(index, view.from, view.to, view.shown, index * VIEWED);
    }
    view.size = size;
  }

  /** Writes what one worker shows in a window to `into` from `place` on. */
  look(index: number, from: number, to: number, into: Float64Array, place: number): void {
    const { numbers, profiles } = this.#fleet;
    profiles.peaks(index, from, to, into, place);
    const base = index * STRIDE;
    for (let dimension = 0; dimension < WIDTH; dimension++) {
      into[place + dimension] = (numbers[base + AT.room + dimension] ?? 0) - (into[place + dimension] ?? 0);
    }
    into[place + LOAD] = (into[place + LOAD] ?? 0) + (numbers[base + AT.standing] ?? 0);
  }
}
