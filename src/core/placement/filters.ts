import { licenceServes } from '../domain/resources.ts';
import type { FilterName } from '../domain/scheduling-reason.ts';
import { CHECKED, WIDTH, wantedUnits } from './amounts.ts';
import type { Fleet } from './fleet.ts';
import { AT, STRIDE } from './layout.ts';
import type { PlacementRequest } from './request.ts';
import type { Trait } from './traits.ts';
import { versionInRange } from './version.ts';

/**
 * How a worker may be refused, in the order in which it is looked at: the first that applies is counted and
 * told. Several may be behind one filter; see `filterOf`.
 */
export const REFUSALS = [
  'state',
  'late',
  'region',
  'licence',
  'version',
  'nodeDefinitions',
  ...CHECKED,
  'admission',
] as const;
export type RefusalName = (typeof REFUSALS)[number];

/** `verdict` for a worker that fits. */
export const FITS = -1;

const STATE = REFUSALS.indexOf('state');
const LATE = REFUSALS.indexOf('late');
const FIRST_DIMENSION = REFUSALS.indexOf('nodes');
const ADMISSION = REFUSALS.indexOf('admission');

/** The filter behind a refusal. */
export function filterOf(refusal: RefusalName): FilterName {
  switch (refusal) {
    case 'late':
      return 'state';
    case 'cpuCores':
    case 'memoryGb':
    case 'storageGb':
    case 'sessions':
      return 'resources';
    default:
      return refusal;
  }
}

/** A request made ready for being held against every worker. */
export interface Question {
  request: PlacementRequest;
  now: number;
  from: number;
  to: number;
  wanted: Float64Array;
  /** A worker that becomes available after this moment is of no use. */
  neededBy: number;
  /** When a worker that is only planned could be ready, were it made at once. */
  plansReadyAt: number;
  /** By trait: `FITS`, or the refusal. */
  byTrait: Int8Array;
  /** By trait: 1 for workers that are only planned. */
  plans: Uint8Array;
  /** Judges stopped workers as if they were started now, and nothing else. */
  stopped: boolean;
}

/**
 * Makes the request ready for this fleet. Late bookings wait for a worker as long as a new one would take,
 * as long as the lab can still be built before the slot is over.
 * @param workerLeadMs milliseconds that a new worker takes
 */
export function questionOf(
  request: PlacementRequest,
  fleet: Fleet,
  now: number,
  workerLeadMs: number,
  stopped = false,
): Question {
  const { from, to } = request.window;
  const plansReadyAt = now + workerLeadMs;
  const neededBy = Math.max(from, Math.min(plansReadyAt, request.latestReady));
  const byTrait = Int8Array.from(fleet.traits.all, (trait) => judgeTrait(trait, request, stopped));
  const plans = Uint8Array.from(fleet.traits.all, (trait) => (trait.planned ? 1 : 0));
  const wanted = wantedUnits(request.need);
  return { request, now, from, to, wanted, neededBy, plansReadyAt, byTrait, plans, stopped };
}

/**
 * `FITS`, or the index in `REFUSALS` of what refuses the worker first.
 * @param shown what the worker shows in the window, from `place` on; see `WindowViews`
 */
export function verdict(
  question: Question,
  fleet: Fleet,
  index: number,
  shown: Float64Array,
  place: number,
): number {
  const trait = fleet.traitsOf[index] ?? 0;
  const judged = question.byTrait[trait] ?? STATE;
  if (judged === STATE) return STATE;
  if (!question.stopped && readyAt(question, fleet, index) > question.neededBy) return LATE;
  if (judged !== FITS && judged !== ADMISSION) return judged;
  const { wanted } = question;
  for (let dimension = 0; dimension < WIDTH; dimension++) {
    if ((wanted[dimension] ?? 0) > (shown[place + dimension] ?? 0)) return FIRST_DIMENSION + dimension;
  }
  return judged;
}

/** When the worker takes labs, as far as is known; the past where it does so already. */
export function readyAt(question: Question, fleet: Fleet, index: number): number {
  if (question.plans[fleet.traitsOf[index] ?? 0] === 1) return question.plansReadyAt;
  return fleet.numbers[index * STRIDE + AT.availableAt] ?? 0;
}

/** Filters that look at nothing that changes with time. `ADMISSION` is the last filter, so that it is kept for later. */
function judgeTrait(trait: Trait, request: PlacementRequest, stopped: boolean): number {
  if (stopped ? !trait.stopped : !trait.placeable) return STATE;
  if (request.region !== undefined && trait.region !== request.region) return REFUSALS.indexOf('region');
  if (!licenceServes(trait.licenceType, request.licenceAffinity)) return REFUSALS.indexOf('licence');
  if (trait.cmlVersion !== undefined && !versionInRange(trait.cmlVersion, request.cmlVersion))
    return REFUSALS.indexOf('version');
  const has = trait.nodeDefinitions;
  if (has && !request.nodeDefinitions.every((wanted) => has.has(wanted)))
    return REFUSALS.indexOf('nodeDefinitions');
  return trait.admitted || stopped ? FITS : ADMISSION;
}
