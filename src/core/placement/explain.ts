import type { WorkerVerdict } from '../api/sessions.ts';
import { iso } from '../domain/time.ts';
import { CHECKED, readable } from './amounts.ts';
import { decidePlacement, type PlacementOptions, type PlacementResult } from './decide.ts';
import { FITS, filterOf, type Question, questionOf, REFUSALS, type RefusalName, verdict } from './filters.ts';
import type { Fleet } from './fleet.ts';
import type { PlacementRequest } from './request.ts';
import { scoreOf } from './score.ts';
import { amountOf } from './words.ts';

/** A decision and the verdict on every worker: those that fit first, by score, then the others by name. */
export interface ExplainedPlacement extends PlacementResult {
  workers: WorkerVerdict[];
}

/** Decides as `decidePlacement` does, and tells of every worker why it fits or does not. */
export function explainPlacement(
  request: PlacementRequest,
  fleet: Fleet,
  options: PlacementOptions,
): ExplainedPlacement {
  const question = questionOf(request, fleet, options.now, options.workerLeadSeconds * 1000);
  const workers = fleet.candidates.map((_, index) => explain(question, fleet, index));
  workers.sort((one, other) => (other.score ?? -1) - (one.score ?? -1) || byName(one, other));
  return { ...decidePlacement(request, fleet, options), workers };
}

const byName = (one: WorkerVerdict, other: WorkerVerdict) =>
  one.workerName.localeCompare(other.workerName) || (one.workerId < other.workerId ? -1 : 1);

function explain(question: Question, fleet: Fleet, index: number): WorkerVerdict {
  const candidate = fleet.candidates[index];
  const workerId = candidate?.workerId ?? '';
  const worker = { workerId, workerName: candidate?.name ?? '' };
  const judged = verdict(question, fleet, index);
  const { reuseOf } = question.request;
  if (judged === FITS) {
    const reuses = reuseOf !== undefined && fleet.labs.isOn(workerId, reuseOf);
    return { ...worker, fits: true, score: scoreOf(question, fleet, index, reuses) };
  }
  const refusal = REFUSALS[judged] ?? 'state';
  const message = messageOf(refusal, question, fleet, index);
  return { ...worker, fits: false, filter: filterOf(refusal), message };
}

function messageOf(refusal: RefusalName, question: Question, fleet: Fleet, index: number): string {
  const { request } = question;
  const candidate = fleet.candidates[index];
  if (!candidate) return 'is not known';
  switch (refusal) {
    case 'state':
      return candidate.obstacle ?? `is ${candidate.status}`;
    case 'late':
      return `is ready at ${iso(candidate.availableAt)}, needed by ${iso(question.neededBy)}`;
    case 'region':
      return `is in region ${candidate.region}, not ${request.region}`;
    case 'licence':
      return `has a ${candidate.licenceType} licence, not ${request.licenceAffinity.join(' or ')}`;
    case 'version': {
      const { min, max } = request.cmlVersion;
      const wanted = [min && `${min} or later`, max && `${max} or earlier`].filter(Boolean).join(' and ');
      return `runs CML ${candidate.cmlVersion}, ${wanted} is wanted`;
    }
    case 'nodeDefinitions': {
      const lacks = request.nodeDefinitions.filter((one) => !candidate.nodeDefinitions?.includes(one));
      return `lacks node definitions ${lacks.slice(0, 5).join(', ')}`;
    }
    case 'admission':
      return candidate.admission === 'missing'
        ? 'has no ledger yet'
        : `takes no new sessions: its ledger is ${candidate.admission}`;
    default:
      return shortOf(refusal, question, fleet, index);
  }
}

function shortOf(
  dimension: (typeof CHECKED)[number],
  question: Question,
  fleet: Fleet,
  index: number,
): string {
  const row = CHECKED.indexOf(dimension);
  const free = Math.max(0, readable(fleet.profiles.least(index, row, question.from, question.to)));
  return `has ${free} of ${amountOf(dimension, readable(question.wanted[row] ?? 0))} free in that time`;
}
