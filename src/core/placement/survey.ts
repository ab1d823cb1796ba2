import { FITS, type Question, REFUSALS, verdict } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { LOAD } from './profiles.ts';
import { better, idleAfter, RANK, type Ranked, REUSE_BONUS, rankOf, rawScore, scoreOf } from './score.ts';
import { VIEWED } from './window-views.ts';

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
  const best: Ranked[] = [];
  const shown = fleet.views.of(question.from, question.to);
  const rank = ranking(question, fleet);
  const { size } = fleet;
  for (let index = 0; index < size; index++) {
    const judged = verdict(question, fleet, index, shown, index * VIEWED);
    if (judged === FITS) rank(index, shown[index * VIEWED + LOAD] ?? 0, best);
    else refused[judged] = (refused[judged] ?? 0) + 1;
  }
  return { refused, best };
}

/** Puts a worker that fits among the best, if it belongs there. */
function ranking(question: Question, fleet: Fleet) {
  const { avoidWorkers, reuseOf } = question.request;
  const avoided = new Set(avoidWorkers);
  const reusable: ReadonlySet<string> = reuseOf === undefined ? new Set() : fleet.labs.workersWith(reuseOf);
  const margin = MARGIN + (reusable.size > 0 ? REUSE_BONUS : 0);
  return (index: number, load: number, best: Ranked[]): void => {
    let rank = rankOf(question, fleet, index);
    const worst = best.length < BEST ? undefined : best[BEST - 1];
    if (worst && rank > worst.rank) return;
    const hopeless = worst?.rank === rank && rawScore(question, fleet, index, load) + margin < worst.score;
    if (hopeless) return;
    const special = avoided.size > 0 || reusable.size > 0 ? idOf(fleet, index) : undefined;
    if (special !== undefined && avoided.has(special)) rank += RANK.avoided;
    const reuses = special !== undefined && reusable.has(special);
    const score = scoreOf(question, fleet, index, load, reuses);
    if (worst && (rank > worst.rank || (rank === worst.rank && score < worst.score))) return;
    const workerId = idOf(fleet, index);
    insert({ index, workerId, rank, score, idleAfter: idleAfter(question, fleet, index) }, best);
  };
}

/** More than what rounding can do to a score. */
const MARGIN = 1e-5;

const idOf = (fleet: Fleet, index: number): string => fleet.candidates[index]?.workerId ?? '';

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
