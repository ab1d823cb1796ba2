import type { SessionId, WorkerId } from '@lcm/core/domain/ids.ts';
import { placementId } from '@lcm/core/domain/ids.ts';
import type { SchedulingDecision, SchedulingReason } from '@lcm/core/domain/scheduling-reason.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { capacityOf, type WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import type { WorkerCandidate } from '@lcm/core/placement/candidate.ts';
import { decidePlacement, type Grow, type PlacementOptions } from '@lcm/core/placement/decide.ts';
import type { Fleet } from '@lcm/core/placement/fleet.ts';
import type { Growth } from '@lcm/core/placement/growth.ts';
import { type PlacementRequest, requestOf } from '@lcm/core/placement/request.ts';
import { isMissed, obstacle, queueOrder, type Waiting } from './waiting.ts';

/** A session for a worker; the worker may be one that is to be made first, see `ScaleUp.standIn`. */
export interface PlannedPlacement {
  waiting: Waiting;
  placementId: ReturnType<typeof placementId.parse>;
  workerId: string;
  decision: SchedulingDecision;
}

/** A worker to be made. Until its id is known, placements on it name its stand-in. */
export interface ScaleUp {
  standIn: string;
  template: WorkerTemplate;
  /** Milliseconds since the epoch. */
  provisionAt: number;
  waiting: Waiting;
}

/** What a round comes to. Nothing of it has been done yet. */
export interface RoundPlan {
  placements: PlannedPlacement[];
  /** Stopped workers whose ledger is to be opened; those that are due are started as well. */
  starts: { workerId: string; now: boolean; waiting: Waiting }[];
  scaleUps: ScaleUp[];
  /** Plans to be made earlier than they were. */
  replans: { workerId: string; provisionAt: number; waiting: Waiting }[];
  /** Sessions that stay, and why. */
  decisions: { waiting: Waiting; decision: SchedulingDecision }[];
  /** Sessions whose slot can no longer be met. */
  misses: Waiting[];
}

export interface RoundInput {
  /** Is changed: what is placed is counted in. */
  fleet: Fleet;
  growth: Growth;
  settings: SystemSettingsValues;
  /** When a worker of each template was asked for last, milliseconds since the epoch. */
  lastScaleUp: ReadonlyMap<string, number>;
  now: number;
  newId: () => string;
}

/** Decides on all waiting sessions in the order of the queue, each on what those before it have left. */
export function planRound(waiting: readonly Waiting[], input: RoundInput): RoundPlan {
  const round = new Round(input);
  for (const one of [...waiting].sort(queueOrder)) round.take(one);
  return round.plan;
}

class Round {
  readonly plan: RoundPlan = {
    placements: [],
    starts: [],
    scaleUps: [],
    replans: [],
    decisions: [],
    misses: [],
  };
  readonly #input: RoundInput;
  readonly #options: PlacementOptions;

  constructor(input: RoundInput) {
    const { settings, now, growth } = input;
    this.#input = input;
    const lastScaleUp = new Map(input.lastScaleUp);
    this.#options = {
      now,
      workerLeadSeconds: settings.workerLeadSeconds,
      growth: cooled(growth, lastScaleUp, settings.scaleUpCooldownSeconds, now),
    };
  }

  take(waiting: Waiting): void {
    const { now, settings, fleet } = this.#input;
    if (isMissed(waiting, now)) {
      this.plan.misses.push(waiting);
      return;
    }
    const reason = obstacle(waiting, now, settings.planningHorizonDays);
    if (reason || !waiting.definition) {
      this.plan.decisions.push({ waiting, decision: undecided(now, reason) });
      return;
    }
    const request = requestOf(waiting.session, waiting.definition);
    const first = decidePlacement(request, fleet, this.#options);
    if (first.grow) this.#grow(first.grow, waiting);
    const { decision, workerId } = first.grow ? decidePlacement(request, fleet, this.#options) : first;
    if (workerId !== undefined) this.#place(waiting, request, workerId, decision);
    else this.plan.decisions.push({ waiting, decision });
  }

  #place(waiting: Waiting, request: PlacementRequest, workerId: string, decision: SchedulingDecision): void {
    const { fleet, newId } = this.#input;
    const id = placementId.parse(newId());
    const { from, to } = request.window;
    this.plan.placements.push({ waiting, placementId: id, workerId, decision });
    this.#replan(waiting, from, fleet.get(workerId));
    const sessionId = waiting.id as SessionId;
    fleet.reserve(workerId, { placementId: id, sessionId, from: iso(from), to: iso(to), need: request.need });
  }

  /** A worker that is planned for later is made in time for the session. */
  #replan(waiting: Waiting, from: number, candidate: WorkerCandidate | undefined): void {
    const { now, settings, fleet } = this.#input;
    if (candidate?.status !== 'PENDING') return;
    const readyAt = Math.max(from, now + settings.workerLeadSeconds * 1000);
    if (candidate.availableAt <= readyAt) return;
    const { workerId } = candidate;
    fleet.put({ ...candidate, availableAt: readyAt, reservations: fleet.reservationsOf(workerId) });
    const provisionAt = readyAt - settings.workerLeadSeconds * 1000;
    const scaleUp = this.plan.scaleUps.find(({ standIn }) => standIn === workerId);
    if (scaleUp) scaleUp.provisionAt = provisionAt;
    else this.plan.replans.push({ workerId, provisionAt, waiting });
  }

  #grow(grow: Grow, waiting: Waiting): void {
    const { fleet, now, settings, newId } = this.#input;
    const leadMs = settings.workerLeadSeconds * 1000;
    if (grow.kind === 'start') {
      const stopped = fleet.get(grow.workerId);
      if (!stopped) return;
      this.plan.starts.push({ workerId: grow.workerId, now: grow.now, waiting });
      const started = grow.now
        ? { status: 'STARTING' as const, planned: false, availableAt: now + leadMs }
        : { planned: true };
      const reservations = fleet.reservationsOf(grow.workerId);
      fleet.put({ ...stopped, ...started, placeable: true, admission: 'open', reservations });
      return;
    }
    const standIn = `new:${newId()}`;
    this.plan.scaleUps.push({ standIn, template: grow.template, provisionAt: grow.provisionAt, waiting });
    this.#options.growth?.count(grow.template);
    fleet.put(candidateFor(grow.template, standIn as WorkerId, grow.provisionAt + leadMs));
  }
}

/** A worker that is to be made, as placement will see it. */
function candidateFor(template: WorkerTemplate, workerId: WorkerId, availableAt: number): WorkerCandidate {
  return {
    workerId,
    name: `of template ${template.name}`,
    region: template.region,
    status: 'PENDING',
    placeable: true,
    licenceType: template.licenceType,
    cmlVersion: template.cmlVersion,
    nodeDefinitions: template.nodeDefinitions,
    availableAt,
    planned: true,
    capacity: capacityOf(template),
    foreign: { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 },
    admission: 'open',
    reservations: [],
  };
}

/** Growth that keeps the pause between two workers of a template. */
function cooled(
  growth: Growth,
  lastScaleUp: Map<string, number>,
  cooldownSeconds: number,
  now: number,
): Growth {
  return {
    ...growth,
    blocked: (template) => {
      const until = (lastScaleUp.get(template.id) ?? Number.NEGATIVE_INFINITY) + cooldownSeconds * 1000;
      if (until <= now) return growth.blocked(template);
      return {
        code: 'WaitingForWorker',
        message: `The next worker of template ${template.name} may be made at ${iso(until)}.`,
        expectedAt: iso(until),
      };
    },
    count: (template) => {
      lastScaleUp.set(template.id, now);
      growth.count(template);
    },
  };
}

function undecided(now: number, reason: SchedulingReason | undefined): SchedulingDecision {
  return {
    decidedAt: iso(now),
    outcome: 'wait',
    best: [],
    counts: {},
    evaluated: 0,
    ...(reason ? { reason } : {}),
  };
}
