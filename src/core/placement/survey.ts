import { WIDTH } from './amounts.ts';
import { asksRoom, beforeRoom, FITS, type Question, REFUSALS, refusalOf } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { ENOUGH, SHARE } from './profiles.ts';
import { better, fullness, idleAfter, RANK, type Ranked, REUSE_BONUS, rankOf, scoreOf } from './score.ts';

/** How many workers a decision names. */
const BEST = 5;

/** What all workers said to a question. */
export interface Survey {
  /** How many were refused, by index in `REFUSALS`. */
  refused: Uint32Array;
  /** The best of those that fit, best first. */
  best: Ranked[];
}

/** Asks every worker. */
export function survey(question: Question, fleet: Fleet): Survey {
  const refused = new Uint32Array(REFUSALS.length);
  const best = new Best(question, fleet);
  const { size, profiles } = fleet;
  const { from, to, wanted } = question;
  const { least, floor, exact } = fleet.views.of(from, to);
  const shorts = shortsOf(size, wanted, least, floor);
  const share = least[SHARE] ?? NONE;
  for (let index = 0; index < size; index++) {
    let judged = beforeRoom(question, fleet, index);
    if (asksRoom(judged)) {
      let short = shorts[index] ?? ENOUGH;
      // In a window around it there may be less.
      if (short !== ENOUGH && !exact) short = profiles.firstShort(index, from, to, wanted, least);
      if (short !== ENOUGH) judged = refusalOf(short);
    }
    if (judged !== FITS) refused[judged] = (refused[judged] ?? 0) + 1;
    else best.consider(index, share[index] ?? 0);
  }
  return { refused, best: best.ranked };
}

/** By worker: the first dimension in which there is less than what is wanted, or `ENOUGH`. */
function shortsOf(
  size: number,
  wanted: Float64Array,
  least: readonly Float64Array[],
  floor: Float64Array,
): Int8Array {
  const shorts = new Int8Array(size).fill(ENOUGH);
  for (let dimension = WIDTH - 1; dimension >= 0; dimension--) {
    const amount = wanted[dimension] ?? 0;
    if (amount <= (floor[dimension] ?? 0)) continue;
    const free = least[dimension] ?? NONE;
    for (let index = 0; index < size; index++) {
      if (amount > (free[index] ?? 0)) shorts[index] = dimension;
    }
  }
  return shorts;
}

const NONE = new Float64Array();

/** The best of the workers that fit, as far as they were considered. */
class Best {
  readonly ranked: Ranked[] = [];
  readonly #question: Question;
  readonly #fleet: Fleet;
  readonly #avoided: ReadonlySet<string>;
  readonly #reusable: ReadonlySet<string>;
  /** What is wrong with a fullness when it is to tell a score. */
  readonly #margin: number;
  /** Of the last of the best; nobody is worse while there are few. */
  #worstRank = Number.POSITIVE_INFINITY;
  #worstScore = Number.NEGATIVE_INFINITY;

  constructor(question: Question, fleet: Fleet) {
    const { avoidWorkers, reuseOf } = question.request;
    this.#question = question;
    this.#fleet = fleet;
    this.#avoided = new Set(avoidWorkers);
    this.#reusable = reuseOf === undefined ? new Set() : fleet.labs.workersWith(reuseOf);
    this.#margin = MARGIN + (this.#reusable.size > 0 ? REUSE_BONUS : 0);
  }

  /** Puts a worker that fits where it belongs among the best. @param left at most the share that is free on it */
  consider(index: number, left: number): void {
    const [question, fleet] = [this.#question, this.#fleet];
    let rank = rankOf(question, fleet, index);
    // Most workers are dismissed here.
    if (this.#isWorse(rank, fullness(question, fleet, index, left) + this.#margin)) return;
    if (this.#isOne(this.#avoided, index)) rank += RANK.avoided;
    const score = scoreOf(question, fleet, index, this.#isOne(this.#reusable, index));
    if (this.#isWorse(rank, score)) return;
    const workerId = fleet.candidates[index]?.workerId ?? '';
    insert({ index, workerId, rank, score, idleAfter: idleAfter(question, fleet, index) }, this.ranked);
    const worst = this.ranked[BEST - 1];
    if (worst) [this.#worstRank, this.#worstScore] = [worst.rank, worst.score];
  }

  #isOne(workers: ReadonlySet<string>, index: number): boolean {
    return workers.size > 0 && workers.has(this.#fleet.candidates[index]?.workerId ?? '');
  }

  #isWorse(rank: number, score: number): boolean {
    return rank > this.#worstRank || (rank === this.#worstRank && score < this.#worstScore);
  }
}

/** More than what rounding can do to a score. */
const MARGIN = 1e-5;

function insert(one: Ranked, best: Ranked[]): void {
  let place = best.length;
  while (place > 0) {
    const before = best[place - 1];
    if (!before || !better(one, before)) break;
    place--;
  }
  if (place >= BEST) return;
  best.splice(place, 0, one);
  if (best.length > BEST) best.pop();
}
