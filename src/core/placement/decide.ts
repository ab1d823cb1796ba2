import type { FilterName, SchedulingDecision, SchedulingReason } from '../domain/scheduling-reason.ts';
import { iso } from '../domain/time.ts';
import type { WorkerTemplate } from '../domain/worker-template.ts';
import { filterOf, type Question, questionOf, REFUSALS, readyAt } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { type Growth, NO_GROWTH } from './growth.ts';
import { stuckReason } from './reason.ts';
import type { PlacementRequest } from './request.ts';
import { RANK, type Ranked } from './score.ts';
import { survey } from './survey.ts';
import { chooseTemplates } from './templates.ts';

export interface PlacementOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** Seconds that a new or stopped worker takes until it is schedulable. */
  workerLeadSeconds: number;
  /** By what the fleet may grow; it stays as it is where absent. */
  growth?: Growth;
}

/** How the fleet is to grow for a session: a stopped worker started, or a new one of the cheapest template. */
export type Grow =
  /** Its ledger is opened; whether it is started at once as well, or later by what is booked on it. */
  | { kind: 'start'; workerId: string; now: boolean }
  | { kind: 'create'; template: WorkerTemplate; provisionAt: number };

/** What was decided: what is kept on the session, and what is to be done. */
export interface PlacementResult {
  decision: SchedulingDecision;
  /** The worker to place it on. */
  workerId?: string;
  grow?: Grow;
}

/**
 * Chooses a worker for the request, or says how the fleet is to grow for it, or why nothing can be done.
 * The picture of the fleet is not changed; count the placement in with `Fleet.reserve`.
 */
export function decidePlacement(
  request: PlacementRequest,
  fleet: Fleet,
  options: PlacementOptions,
): PlacementResult {
  const leadMs = options.workerLeadSeconds * 1000;
  const question = questionOf(request, fleet, options.now, leadMs);
  const { refused, best } = survey(question, fleet);
  const [winner] = best;
  const told = {
    decidedAt: iso(options.now),
    best: best.map(({ workerId, score }) => ({ workerId, score })),
    counts: countsOf(refused),
    evaluated: fleet.size,
  };
  if (winner && (winner.rank & RANK.avoided) === 0) return placed(winner, question, fleet, told);

  const growth = options.growth ?? NO_GROWTH;
  const templates = chooseTemplates(request, growth.templates);
  const grow = growFor(question, fleet, options, growth, templates.fitting);
  if (grow.how) return { decision: { ...told, outcome: 'scaleUp', reason: grow.reason }, grow: grow.how };
  if (winner) return placed(winner, question, fleet, told);
  const reason = stuckReason({ request, fleet, refused, templates, blocked: grow.blocked });
  return { decision: { ...told, outcome: 'wait', reason } };
}

type Told = Pick<SchedulingDecision, 'decidedAt' | 'best' | 'counts' | 'evaluated'>;

function placed(winner: Ranked, question: Question, fleet: Fleet, told: Told): PlacementResult {
  const { workerId, score, index } = winner;
  const decision: SchedulingDecision = { ...told, outcome: 'placed', winner: { workerId, score } };
  const candidate = fleet.candidates[index];
  if (candidate && candidate.status !== 'RUNNING') {
    const wait = Math.max(readyAt(question, fleet, index), candidate.availableAt, question.now);
    // A plan is moved forward for a session that begins before it.
    const expected = candidate.planned && wait > question.neededBy ? question.neededBy : wait;
    decision.reason = waiting(`Worker ${candidate.name} is ${candidate.status}`, expected);
  }
  return { decision, workerId };
}

function growFor(
  question: Question,
  fleet: Fleet,
  { now, workerLeadSeconds }: PlacementOptions,
  growth: Growth,
  fitting: readonly WorkerTemplate[],
): { how?: Grow; reason: SchedulingReason; blocked: SchedulingReason[] } {
  const leadMs = workerLeadSeconds * 1000;
  const { request } = question;
  const readyBy = Math.max(now + leadMs, question.from);
  const none: SchedulingReason = { code: 'NoCapacity', message: 'The fleet cannot grow for it.' };
  if (readyBy > question.neededBy) {
    const message = 'No worker fits, and a new one would be ready only after the slot can be met.';
    return { reason: none, blocked: [{ code: 'NoCapacity', message }] };
  }
  const begin = Math.max(now, question.from - leadMs);
  if (growth !== NO_GROWTH) {
    const [stopped] = survey(questionOf(request, fleet, now, leadMs, true), fleet).best;
    if (stopped) {
      const name = fleet.candidates[stopped.index]?.name ?? stopped.workerId;
      const reason = waiting(`Stopped worker ${name} is to be started`, readyBy);
      const due = begin <= now + SOON_MS;
      return { how: { kind: 'start', workerId: stopped.workerId, now: due }, reason, blocked: [] };
    }
  }
  const blocked: SchedulingReason[] = [];
  for (const template of fitting) {
    const obstacle = growth.blocked(template);
    if (obstacle) {
      blocked.push(obstacle);
      continue;
    }
    const reason = waiting(`A worker of template ${template.name} is to be made`, readyBy);
    return { how: { kind: 'create', template, provisionAt: begin }, reason, blocked };
  }
  return { reason: none, blocked };
}

/** A start that is due within this time is made now. */
const SOON_MS = 60_000;

function waiting(what: string, expectedAt: number): SchedulingReason {
  const at = iso(expectedAt);
  return {
    code: 'WaitingForWorker',
    message: `${what}; it is expected to be ready at ${at}.`,
    expectedAt: at,
  };
}

function countsOf(refused: Uint32Array): SchedulingDecision['counts'] {
  const counts: Partial<Record<FilterName, number>> = {};
  REFUSALS.forEach((refusal, index) => {
    const count = refused[index] ?? 0;
    const filter = filterOf(refusal);
    if (count > 0) counts[filter] = (counts[filter] ?? 0) + count;
  });
  return counts;
}
