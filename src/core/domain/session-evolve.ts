import { ownerKey } from './person.ts';
import { REMEMBERED_EVENTS, type SessionEvent } from './session.ts';
import type { Release, Session, SessionStatus } from './session-state.ts';

type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;
type Changes = {
  [Type in Exclude<SessionEvent['type'], 'session.created'>]: (
    state: Session,
    event: Of<Type>,
  ) => Partial<Session> | Session;
};

/** The session after the event. */
export function evolveSession(state: Session | undefined, event: SessionEvent): Session {
  if (event.type === 'session.created') return created(event);
  if (!state) throw new Error(`${event.type} happened to a session that was never created`);
  const change = changes[event.type] as (state: Session, event: SessionEvent) => Partial<Session>;
  return withoutUndefined({ ...state, ...change(state, event), updatedAt: event.at });
}

function created(event: Of<'session.created'>): Session {
  const { type: _, at, by, reason: __, ...booking } = event;
  return withoutUndefined({
    ...booking,
    ownerKey: ownerKey(booking.owner),
    bookedBy: by,
    status: 'PENDING',
    statusSince: at,
    onHold: false,
    placements: 0,
    releases: [],
    avoidWorkers: [],
    pipelines: {},
    inbound: [],
    history: [{ from: null, to: 'PENDING', at, by }],
    createdAt: at,
    updatedAt: at,
  });
}

const changes: Changes = {
  'session.placement.proposed': (_state, { placement, decision }) => ({ proposal: placement, decision }),
  'session.placement.withdrawn': (state, { release }) => ({
    proposal: undefined,
    releases: [...state.releases, release],
  }),
  'session.placement.released': (state, { placementId }) => ({
    releases: state.releases.filter((release) => release.placementId !== placementId),
  }),
  'session.scheduled': (state, event) => ({
    ...enter(state, 'SCHEDULED', event),
    proposal: undefined,
    placement: event.placement,
    lastWorkerId: event.placement.workerId,
    placements: state.placements + (event.previous ? 0 : 1),
    scheduledAt: event.at,
    releases: plus(state.releases, event.previous),
  }),
  'session.decided': (_state, { decision }) => ({ decision }),
  'session.held': () => ({ onHold: true }),
  'session.unheld': () => ({ onHold: false }),
  'session.claimed': (_state, { bookedFor, owner }) => ({ owner, ownerKey: ownerKey(owner), bookedFor }),
  'session.timeslot.settled': () => ({}),
  'session.timeslot.changed': (_state, { to }) => ({ timeslot: to }),
  'session.instantiating': (state, event) => ({
    ...enter(state, 'INSTANTIATING', event),
    afterStop: undefined,
  }),
  'session.lab.bound': (_state, { lab }) => ({ lab }),
  'session.lab.unbound': () => ({ lab: undefined }),
  'session.user-session.opened': (_state, event) => ({
    userSession: withoutUndefined({ id: event.userSessionId, ldsSessionId: event.ldsSessionId, open: true }),
  }),
  'session.user-session.closed': (state) =>
    state.userSession ? { userSession: { ...state.userSession, open: false } } : {},
  'session.ready': (state, event) => ({
    ...enter(state, 'READY', event),
    readyAt: state.readyAt ?? event.at,
  }),
  'session.running': (state, event) => ({
    ...enter(state, 'RUNNING', event),
    startedAt: state.startedAt ?? event.at,
  }),
  'session.collecting': (state, event) => enter(state, 'COLLECTING', event),
  'session.evidence.recorded': (_state, { evidenceKey }) => ({ evidenceKey }),
  'session.grading': (state, event) => ({
    ...(state.status === 'GRADING' ? {} : enter(state, 'GRADING', event)),
    gradingSessionId: event.gradingSessionId,
  }),
  'session.score.recorded': (_state, { scoreReportId, result }) => ({ scoreReportId, gradeResult: result }),
  'session.ending.recorded': (_state, { ending }) => ({ ending, afterStop: undefined }),
  'session.stopping': (state, event) => ({
    ...enter(state, 'STOPPING', event),
    ending: event.ending,
    afterStop: event.afterStop,
  }),
  'session.stopped': (state, event) => ({
    ...enter(state, 'STOPPED', event),
    placement: event.release ? undefined : state.placement,
    proposal: undefined,
    releases: plus(plus(state.releases, event.release), proposalOf(state)),
    endedAt: event.release ? event.at : state.endedAt,
  }),
  'session.requeued': (state, event) => ({
    ...enter(state, 'PENDING', event),
    placement: undefined,
    proposal: undefined,
    afterStop: undefined,
    decision: undefined,
    // The next lab is ready when it is ready; waiting for a login counts from then.
    readyAt: undefined,
    releases: plus(plus(state.releases, event.release), proposalOf(state)),
    avoidWorkers: event.release ? [...state.avoidWorkers, event.release.workerId] : state.avoidWorkers,
  }),
  'session.archived': (state, event) => ({
    ...enter(state, 'ARCHIVED', event),
    endedAt: state.endedAt ?? event.at,
  }),
  'session.expired': (state, event) => ({
    ...enter(state, 'EXPIRED', event),
    endedAt: state.endedAt ?? event.at,
  }),
  'session.terminated': (state, event) => ({
    ...enter(state, 'TERMINATED', event),
    endedAt: state.endedAt ?? event.at,
  }),
  'session.pipeline.planned': (state, { progress }) => ({
    pipelines: { ...state.pipelines, [progress.name]: progress },
  }),
  'session.pipeline.step.recorded': (state, { pipeline, step }) => {
    const progress = state.pipelines[pipeline];
    if (!progress) return {};
    return {
      pipelines: {
        ...state.pipelines,
        [pipeline]: { ...progress, steps: { ...progress.steps, [step.name]: step } },
      },
    };
  },
  'session.pipeline.finished': (state, { pipeline, status, at }) => {
    const progress = state.pipelines[pipeline];
    return progress
      ? { pipelines: { ...state.pipelines, [pipeline]: { ...progress, status, endedAt: at } } }
      : {};
  },
  'session.pipeline.step.retried': (state, { pipeline, step }) => {
    const progress = state.pipelines[pipeline];
    if (!progress) return {};
    const steps = { ...progress.steps, [step]: { name: step, status: 'PENDING' as const, attempts: 0 } };
    const { endedAt: _, ...open } = progress;
    return { pipelines: { ...state.pipelines, [pipeline]: { ...open, status: 'RUNNING' as const, steps } } };
  },
  'session.inbound.applied': (state, { eventId }) => ({
    inbound: [...state.inbound, eventId].slice(-REMEMBERED_EVENTS),
  }),
};

/** Transitions that a session remembers; the log has them all. */
const HISTORY_LENGTH = 100;

function enter(state: Session, to: SessionStatus, event: SessionEvent): Partial<Session> {
  const step = {
    from: state.status,
    to,
    at: event.at,
    by: event.by,
    ...(event.reason ? { reason: event.reason } : {}),
  };
  return { status: to, statusSince: event.at, history: [...state.history, step].slice(-HISTORY_LENGTH) };
}

const plus = (releases: Release[], release: Release | undefined): Release[] =>
  release && !releases.some((known) => known.placementId === release.placementId)
    ? [...releases, release]
    : releases;

const proposalOf = (state: Session): Release | undefined =>
  state.proposal && { placementId: state.proposal.id, workerId: state.proposal.workerId };

/** State is compared and stored as JSON, where a key without a value does not exist. */
function withoutUndefined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) kept[key] = value[key];
  return kept as T;
}
