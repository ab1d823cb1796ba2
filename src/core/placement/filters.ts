import { licenceServes } from '../domain/resources.ts';
import type { FilterName } from '../domain/scheduling-reason.ts';
import { CHECKED, CPU, MEMORY, wantedUnits } from './amounts.ts';
import type { Fleet } from './fleet.ts';
import { ENOUGH } from './profiles.ts';
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
  /** What is asked of each of the fleet's traits, once for all workers that have it. */
  traits: readonly JudgedTrait[];
  /** Judges stopped workers as if they were started now, and nothing else. */
  stopped: boolean;
}

/** A trait held against a request. */
export interface JudgedTrait {
  /** `FITS`, or the refusal. */
  judged: number;
  /** When its workers take labs, the past where they do so already; NaN where each has a time of its own. */
  readyAt: number;
  /** How much fuller its workers would be with the session. */
  fuller: number;
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
  const wanted = wantedUnits(request.need);
  const [cpu, memory] = [wanted[CPU] ?? 0, wanted[MEMORY] ?? 0];
  const traits = fleet.traits.all.map((trait) => ({
    judged: judgeTrait(trait, request, stopped),
    readyAt: traitReadyAt(trait, plansReadyAt),
    fuller: cpu * trait.cpuShare + memory * trait.memoryShare,
  }));
  return { request, now, from, to, wanted, neededBy, traits, stopped };
}

/** `FITS`, or the index in `REFUSALS` of what refuses the worker first. */
export function verdict(question: Question, fleet: Fleet, index: number): number {
  const judged = beforeRoom(question, fleet, index);
  if (!asksRoom(judged)) return judged;
  const { from, to, wanted } = question;
  const short = fleet.profiles.firstShort(index, from, to, wanted);
  return short === ENOUGH ? judged : refusalOf(short);
}

/** What the filters say that come before those that look at the room in the window, and the one that comes after. */
export function beforeRoom(question: Question, fleet: Fleet, index: number): number {
  const judged = traitOf(question, fleet, index).judged;
  if (judged === STATE || question.stopped) return judged;
  return readyAt(question, fleet, index) > question.neededBy ? LATE : judged;
}

/** Whether the room must be looked at to come to a verdict. */
export const asksRoom = (judged: number): boolean => judged === FITS || judged === ADMISSION;

/** The refusal for want of room. @param short index of the dimension in `CHECKED` */
export const refusalOf = (short: number): number => FIRST_DIMENSION + short;

/** When the worker takes labs, as far as is known; the past where it does so already. */
export function readyAt(question: Question, fleet: Fleet, index: number): number {
  const at = traitOf(question, fleet, index).readyAt;
  return Number.isNaN(at) ? (fleet.availableAt[index] ?? 0) : at;
}

/** The worker's trait, held against the request. */
export const traitOf = (question: Question, fleet: Fleet, index: number): JudgedTrait =>
  question.traits[fleet.traitOf[index] ?? 0] ?? UNKNOWN;

const UNKNOWN: JudgedTrait = { judged: STATE, readyAt: 0, fuller: 0 };

function traitReadyAt({ planned, ready }: Trait, plansReadyAt: number): number {
  if (planned) return plansReadyAt;
  return ready ? Number.NEGATIVE_INFINITY : Number.NaN;
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
