import { type Bare, happened, mayBecome } from './decider.ts';
import { illegalTransition, Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import {
  FINAL_STATUS,
  held,
  isPaused,
  MAX_PLACEMENTS,
  SESSION_TRANSITIONS,
  type SessionCommand,
  type SessionEvent,
} from './session.ts';
import type { Ending, Outcome, Release, Session, SessionStatus } from './session-state.ts';
import { iso, ms } from './time.ts';
import { canStillBeMet, durationSeconds } from './timeslot.ts';

type Of<Type extends SessionCommand['type']> = Extract<SessionCommand, { type: Type }>;
type Rules = {
  [Type in Exclude<SessionCommand['type'], 'book'>]: (
    state: Session,
    command: Of<Type>,
    now: number,
  ) => Bare<SessionEvent>[];
};

/** What a command makes happen to a session; see session.ts for the commands. */
export function decideSession(
  state: Session | undefined,
  command: SessionCommand,
  now: number,
): SessionEvent[] {
  if (command.eventId && state?.inbound.includes(command.eventId)) return [];
  const events = command.type === 'book' ? book(state, command) : rulesFor(existing(state), command, now);
  if (command.eventId && (events.length > 0 || command.type === 'noteEvent'))
    events.push({ type: 'session.inbound.applied', eventId: command.eventId });
  const common = happened(command, now);
  return events.map((event) => ({ ...event, ...common }));
}

function rulesFor(
  state: Session,
  command: Exclude<SessionCommand, { type: 'book' }>,
  now: number,
): Bare<SessionEvent>[] {
  // One rule per command type; the compiler checks that none is missing, but cannot follow the pairing.
  const rule = rules[command.type] as (
    state: Session,
    command: SessionCommand,
    now: number,
  ) => Bare<SessionEvent>[];
  return rule(state, command, now);
}

function existing(state: Session | undefined): Session {
  if (!state) throw new Refusal('notFound', 'there is no such session');
  return state;
}

function book(state: Session | undefined, command: Of<'book'>): Bare<SessionEvent>[] {
  if (state) throw new Refusal('conflict', `session ${state.id} exists already`);
  if (ms(command.timeslot.end) <= ms(command.timeslot.start)) {
    throw new Refusal('rule', 'the timeslot ends before it starts', {
      fields: [{ pointer: '/timeslot/end', message: 'must be later than the start' }],
    });
  }
  const { type: _, by: __, reason: ___, eventId: ____, ...booking } = command;
  return [{ type: 'session.created', ...booking }];
}

const rules: Rules = {
  propose: (state, { placementId, workerId, decision }, now) => {
    if (state.proposal?.id === placementId) return [];
    if (state.placement?.id === placementId) return [];
    must(state, ['PENDING', 'SCHEDULED'], 'SCHEDULED');
    if (state.ending) throw new Refusal('conflict', `session ${state.id} is ending: ${state.ending.outcome}`);
    if (state.onHold) throw new Refusal('conflict', `session ${state.id} is on hold`);
    if (state.proposal) {
      throw new Refusal('conflict', `session ${state.id} has proposal ${state.proposal.id} under way`);
    }
    // Its release would take away the reservation that is made for it now.
    if (state.releases.some((release) => release.placementId === placementId)) {
      throw new Refusal('conflict', `placement ${placementId} of session ${state.id} is being given back`);
    }
    const placement = { id: placementId, workerId, at: iso(now) };
    return [{ type: 'session.placement.proposed', placement, decision }];
  },

  confirmPlacement: (state, { placementId }) => {
    if (state.placement?.id === placementId) return [];
    if (state.proposal?.id !== placementId) {
      throw new Refusal('conflict', `session ${state.id} does not propose placement ${placementId} any more`);
    }
    must(state, ['PENDING', 'SCHEDULED'], 'SCHEDULED');
    if (state.ending) throw new Refusal('conflict', `session ${state.id} is ending: ${state.ending.outcome}`);
    return [{ type: 'session.scheduled', placement: state.proposal, previous: releaseOf(state.placement) }];
  },

  withdrawProposal: (state, { placementId }) => {
    const { proposal } = state;
    if (proposal?.id !== placementId) return [];
    return [{ type: 'session.placement.withdrawn', release: { placementId, workerId: proposal.workerId } }];
  },

  recordRelease: (state, { placementId }) =>
    state.releases.some((release) => release.placementId === placementId)
      ? [{ type: 'session.placement.released', placementId }]
      : [],

  recordDecision: (state, { decision }) =>
    state.status === 'PENDING' && !sameJson(decision, state.decision)
      ? [{ type: 'session.decided', decision }]
      : [],

  hold: (state) => {
    if (state.onHold) return [];
    must(state, ['PENDING'], 'PENDING');
    return [{ type: 'session.held' }];
  },

  unhold: (state) => (state.onHold ? [{ type: 'session.unheld' }] : []),

  changeTimeslot: (state, command, now) => changeTimeslot(state, command, now),

  startInstantiating: (state) => {
    if (state.status === 'INSTANTIATING') return [];
    must(state, ['SCHEDULED'], 'INSTANTIATING');
    if (state.proposal) {
      throw new Refusal(
        'conflict',
        `session ${state.id} is being moved to worker ${state.proposal.workerId}`,
      );
    }
    return [{ type: 'session.instantiating' }];
  },

  bindLab: (state, { lab }) => {
    if (
      state.lab?.labRecordId === lab.labRecordId &&
      state.lab.cmlLabId === lab.cmlLabId &&
      sameJson(state.lab.ports, lab.ports)
    )
      return [];
    must(state, ['INSTANTIATING'], 'INSTANTIATING');
    if (state.lab && state.lab.labRecordId !== lab.labRecordId) {
      throw new Refusal('conflict', `session ${state.id} is bound to lab record ${state.lab.labRecordId}`);
    }
    if (state.placement?.workerId !== lab.workerId) {
      throw new Refusal('conflict', `session ${state.id} is not placed on worker ${lab.workerId}`);
    }
    return [{ type: 'session.lab.bound', lab }];
  },

  unbindLab: (state, { labRecordId }) =>
    state.lab?.labRecordId === labRecordId ? [{ type: 'session.lab.unbound', labRecordId }] : [],

  openUserSession: (state, { userSessionId, ldsSessionId }) => {
    const current = state.userSession;
    if (current?.open && current.id === userSessionId && current.ldsSessionId === ldsSessionId) return [];
    must(state, ['INSTANTIATING'], 'INSTANTIATING');
    if (current?.open && current.id !== userSessionId) {
      throw new Refusal('conflict', `session ${state.id} has user session ${current.id} open`);
    }
    return [{ type: 'session.user-session.opened', userSessionId, ldsSessionId }];
  },

  closeUserSession: (state) => (state.userSession?.open ? [{ type: 'session.user-session.closed' }] : []),

  markReady: (state) => {
    // The step that says so may run twice, and the candidate may log in between.
    if (state.status === 'READY' || state.status === 'RUNNING') return [];
    must(state, ['INSTANTIATING'], 'READY');
    if (!state.lab) throw new Refusal('conflict', `session ${state.id} has no lab yet`);
    // A session that was paused goes on where it was: its candidate has logged in already.
    return state.startedAt
      ? [{ type: 'session.ready' }, { type: 'session.running' }]
      : [{ type: 'session.ready' }];
  },

  markRunning: (state) => {
    if (state.status === 'RUNNING') return [];
    must(state, ['READY'], 'RUNNING');
    return [{ type: 'session.running' }];
  },

  startCollecting: (state) => {
    if (state.status === 'COLLECTING') return [];
    if (state.status === 'STOPPED' && !isPaused(state)) throw illegal(state, 'COLLECTING');
    must(state, ['RUNNING', 'STOPPED'], 'COLLECTING');
    return [{ type: 'session.collecting' }];
  },

  recordEvidence: (state, { evidenceKey }) =>
    state.evidenceKey === evidenceKey ? [] : [{ type: 'session.evidence.recorded', evidenceKey }],

  startGrading: (state, { gradingSessionId }) => {
    if (state.status === 'GRADING' && state.gradingSessionId === gradingSessionId) return [];
    if (state.status !== 'GRADING') must(state, ['COLLECTING'], 'GRADING');
    return [{ type: 'session.grading', gradingSessionId }];
  },

  recordScore: (state, { scoreReportId, result }) =>
    state.scoreReportId === scoreReportId ? [] : [{ type: 'session.score.recorded', scoreReportId, result }],

  end: (state, { outcome, by, reason }, now) => end(state, endingOf(outcome, by, reason, now)),

  pause: (state, { afterStop }) => {
    if (state.status === 'STOPPING' && state.afterStop === afterStop) return [];
    if (isPaused(state) && afterStop === 'stay') return [];
    must(state, ['READY', 'RUNNING'], 'STOPPING');
    return [{ type: 'session.stopping', afterStop }];
  },

  resume: (state, _command, now) => {
    if (state.status === 'INSTANTIATING') return [];
    if (!isPaused(state)) throw illegal(state, 'INSTANTIATING');
    if (now >= ms(state.timeslot.end)) {
      throw new Refusal('conflict', `the timeslot of session ${state.id} was over at ${state.timeslot.end}`);
    }
    return [{ type: 'session.instantiating' }];
  },

  failInstantiation: (state, command, now) => {
    if (state.status === 'STOPPING') return [];
    must(state, ['INSTANTIATING'], 'STOPPING');
    if (mayBePlacedAgain(state, now)) return [{ type: 'session.stopping', afterStop: 'replace' }];
    return end(state, endingOf('failed', command.by, command.reason ?? 'the lab could not be built', now));
  },

  loseWorker: (state, command, now) => loseWorker(state, command, now),

  markStopped: (state) => markStopped(state),

  noteEvent: () => [],

  finish: (state) => finish(state),

  planPipeline: (state, { pipeline, runId, plan }, now) => {
    const previous = state.pipelines[pipeline];
    if (previous?.runId === runId) return [];
    if (previous?.status === 'RUNNING') {
      throw new Refusal(
        'conflict',
        `pipeline ${pipeline} of session ${state.id} is under way as run ${previous.runId}`,
      );
    }
    const steps = Object.fromEntries(
      plan.map((step) => [step.name, { name: step.name, status: 'PENDING' as const, attempts: 0 }]),
    );
    const progress = {
      name: pipeline,
      runId,
      run: (previous?.run ?? 0) + 1,
      status: 'RUNNING' as const,
      startedAt: iso(now),
      plan,
      steps,
    };
    return [{ type: 'session.pipeline.planned', progress }];
  },

  recordStep: (state, { pipeline, runId, step }) => {
    const progress = runOf(state, pipeline, runId);
    const known = progress.steps[step.name];
    if (!known) throw new Refusal('rule', `pipeline ${pipeline} has no step ${step.name}`);
    return sameJson(known, step) ? [] : [{ type: 'session.pipeline.step.recorded', pipeline, runId, step }];
  },

  finishPipeline: (state, { pipeline, runId, status }) =>
    runOf(state, pipeline, runId).status === status
      ? []
      : [{ type: 'session.pipeline.finished', pipeline, runId, status }],

  retryStep: (state, { pipeline, step }) => {
    const progress = state.pipelines[pipeline];
    if (progress?.steps[step]?.status !== 'FAILED') {
      throw new Refusal('conflict', `step ${step} of pipeline ${pipeline} has not failed: nothing to retry`);
    }
    return [{ type: 'session.pipeline.step.retried', pipeline, step }];
  },
};

/** States in which the whole slot may move, and those in which its end may. */
const MAY_MOVE: readonly SessionStatus[] = ['PENDING', 'SCHEDULED'];
const MAY_EXTEND: readonly SessionStatus[] = [...MAY_MOVE, 'INSTANTIATING', 'READY', 'RUNNING', 'STOPPED'];

/** Reschedules before the start, extends during; the caller has asked the worker's ledger first. */
function changeTimeslot(
  state: Session,
  { timeslot, placementId }: Of<'changeTimeslot'>,
  now: number,
): Bare<SessionEvent>[] {
  if (sameJson(timeslot, state.timeslot)) return [];
  // What is being reserved is reserved for the slot as it is.
  if (state.proposal?.id !== placementId)
    throw new Refusal('conflict', `session ${state.id} is being placed; try again in a moment`);
  if (durationSeconds(timeslot) <= 0) throw new Refusal('rule', 'the timeslot ends before it starts');
  const movesStart = ms(timeslot.start) !== ms(state.timeslot.start);
  const [what, allowed] = movesStart ? (['start', MAY_MOVE] as const) : (['end', MAY_EXTEND] as const);
  if (!allowed.includes(state.status)) {
    throw new Refusal(
      'illegalTransition',
      `session ${state.id} is ${state.status}: the ${what} of its slot cannot be changed any more`,
      { facts: { kind: 'session', id: state.id, from: state.status } },
    );
  }
  if (state.ending) throw new Refusal('conflict', `session ${state.id} is ending: ${state.ending.outcome}`);
  if (ms(timeslot.end) <= now) {
    throw new Refusal('rule', `the new end ${timeslot.end} has passed already`, {
      fields: [{ pointer: '/end', message: 'must lie in the future' }],
    });
  }
  const changed: Bare<SessionEvent> = {
    type: 'session.timeslot.changed',
    from: state.timeslot,
    to: timeslot,
  };
  if (!state.proposal) return [changed];
  must(state, ['SCHEDULED'], 'SCHEDULED');
  const previous = releaseOf(state.placement);
  return [changed, { type: 'session.scheduled', placement: state.proposal, previous }];
}

/** Every way out: straight to the final state where nothing is held, else through STOPPING and its teardown. */
function end(state: Session, ending: Ending): Bare<SessionEvent>[] {
  if (state.ending) return [];
  switch (state.status) {
    case 'PENDING': {
      must(state, ['PENDING'], FINAL_STATUS[ending.outcome]);
      const recorded: Bare<SessionEvent> = { type: 'session.ending.recorded', ending };
      const withdrawn: Bare<SessionEvent>[] = state.proposal
        ? [
            {
              type: 'session.placement.withdrawn',
              release: { placementId: state.proposal.id, workerId: state.proposal.workerId },
            },
          ]
        : [];
      return held(state).length === 0 ? [recorded, finalEvent(ending.outcome)] : [...withdrawn, recorded];
    }
    case 'ARCHIVED':
    case 'EXPIRED':
    case 'TERMINATED':
      throw illegal(state, 'STOPPING');
    case 'STOPPING':
      // A pause or a re-placement under way becomes an end: the same teardown goes on to more.
      return [{ type: 'session.ending.recorded', ending }];
    default:
      return [{ type: 'session.stopping', ending }];
  }
}

function loseWorker(state: Session, command: Of<'loseWorker'>, now: number): Bare<SessionEvent>[] {
  const ending = endingOf('workerLost', command.by, command.reason ?? 'the worker is gone', now);
  switch (state.status) {
    case 'SCHEDULED':
      return [{ type: 'session.requeued', release: releaseOf(state.placement), workerGone: true }];
    case 'INSTANTIATING':
    case 'READY':
      if (mayBePlacedAgain(state, now)) return [{ type: 'session.stopping', afterStop: 'replace' }];
      return end(state, ending);
    case 'RUNNING':
    case 'COLLECTING':
    case 'GRADING':
    case 'STOPPED':
      return end(state, ending);
    default:
      return [];
  }
}

function markStopped(state: Session): Bare<SessionEvent>[] {
  // PENDING: it was stopped already, to be placed again.
  if (state.status === 'STOPPED' || state.status === 'PENDING') return [];
  if (state.afterStop === 'replace' && !state.ending) {
    must(state, ['STOPPING'], 'PENDING');
    refuseWhileHeld(state);
    return [{ type: 'session.requeued', release: releaseOf(state.placement), workerGone: false }];
  }
  must(state, ['STOPPING'], 'STOPPED');
  if (!state.ending) return [{ type: 'session.stopped' }];
  refuseWhileHeld(state);
  return [{ type: 'session.stopped', release: releaseOf(state.placement) }];
}

/** The lab and the candidate's access must be gone before the placement is given up: release follows the session. */
function refuseWhileHeld(state: Session): void {
  const left = [
    ...(state.lab ? [`lab ${state.lab.cmlLabId}`] : []),
    ...(state.userSession?.open ? ['its LDS session'] : []),
  ];
  if (left.length > 0) throw new Refusal('conflict', `session ${state.id} still holds ${left.join(' and ')}`);
}

function finish(state: Session): Bare<SessionEvent>[] {
  if (!state.ending) throw new Refusal('conflict', `session ${state.id} is not ending`);
  const target = FINAL_STATUS[state.ending.outcome];
  if (state.status === target) return [];
  must(state, ['PENDING', 'STOPPED'], target);
  const left = held(state);
  if (left.length > 0)
    throw new Refusal('conflict', `session ${state.id} still holds ${left.join(', ')}`, {
      facts: { held: left },
    });
  return [finalEvent(state.ending.outcome)];
}

function finalEvent(outcome: Outcome): Bare<SessionEvent> {
  switch (FINAL_STATUS[outcome]) {
    case 'ARCHIVED':
      return { type: 'session.archived' };
    case 'EXPIRED':
      return { type: 'session.expired' };
    case 'TERMINATED':
      return { type: 'session.terminated' };
  }
}

/** A session that the candidate has begun never moves to another worker. */
function mayBePlacedAgain(state: Session, now: number): boolean {
  return !state.startedAt && state.placements < MAX_PLACEMENTS && canStillBeMet(state.timeslot, now);
}

function must(state: Session, from: readonly SessionStatus[], to: SessionStatus): void {
  const stays = state.status === to;
  if (!from.includes(state.status) || (!stays && !mayBecome(SESSION_TRANSITIONS, state.status, to)))
    throw illegal(state, to);
}

const illegal = (state: Session, to: SessionStatus) =>
  illegalTransition('session', state.id, state.status, to);

const endingOf = (outcome: Outcome, by: string, reason: string | undefined, now: number): Ending => ({
  outcome,
  reason: reason ?? outcome,
  by,
  at: iso(now),
});

const releaseOf = (placement: Session['placement']): Release | undefined =>
  placement && { placementId: placement.id, workerId: placement.workerId };

function runOf(state: Session, pipeline: keyof Session['pipelines'], runId: string) {
  const progress = state.pipelines[pipeline];
  if (progress?.runId !== runId) {
    throw new Refusal('conflict', `run ${runId} of pipeline ${pipeline} is not the current one`);
  }
  return progress;
}
