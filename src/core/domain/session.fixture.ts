import type { Bare } from './decider.ts';
import {
  definitionId,
  gradingSessionId,
  labRecordId,
  placementId,
  sessionId,
  userSessionId,
  workerId,
} from './ids.ts';
import type { StepPlan } from './pipeline-progress.ts';
import { type Answer, given, T0, type Wish } from './scenario.fixture.ts';
import type { SchedulingDecision } from './scheduling-reason.ts';
import type { Booking, SessionCommand, SessionEvent } from './session.ts';
import { sessionDecider } from './session-decider.ts';
import type { BoundLab, Ending, Outcome, Placement, Session } from './session-state.ts';
import { iso } from './time.ts';

type Event = Bare<SessionEvent>;

/** A session of one hour from 09:00, an hour after the given events happened. */
export const booking: Booking = {
  id: sessionId.parse('s-1'),
  definition: {
    definitionId: definitionId.parse('ccna@1.0.0'),
    name: 'ccna',
    version: '1.0.0',
    need: { cpuCores: 4, memoryGb: 8, storageGb: 20, nodes: 5, ports: 5 },
    collectsEvidence: true,
    grades: true,
  },
  owner: { externalId: 'candidate-1' },
  timeslot: {
    start: '2026-03-01T09:00:00.000Z',
    end: '2026-03-01T10:00:00.000Z',
    leadSeconds: 900,
    teardownSeconds: 600,
  },
};

export const decision: SchedulingDecision = {
  decidedAt: iso(T0),
  outcome: 'placed',
  best: [],
  counts: {},
  evaluated: 1,
};

export const w1 = workerId.parse('w-1');
export const w2 = workerId.parse('w-2');
export const p1 = placementId.parse('p-1');
export const p2 = placementId.parse('p-2');
export const record = labRecordId.parse('lr-1');
export const access = userSessionId.parse('us-1');
const grading = gradingSessionId.parse('g-1');

export const onW1: Placement = { id: p1, workerId: w1, at: iso(T0) };
export const onW2: Placement = { id: p2, workerId: w2, at: iso(T0) };
export const lab: BoundLab = {
  labRecordId: record,
  workerId: w1,
  cmlLabId: 'c-1',
  title: 'ccna',
  ports: { R1_serial: 2000 },
};

const created: Event = { type: 'session.created', ...booking };
export const proposed = (placement: Placement): Event => ({
  type: 'session.placement.proposed',
  placement,
  decision,
});
export const bound: Event = { type: 'session.lab.bound', lab };
export const unbound: Event = { type: 'session.lab.unbound', labRecordId: record };
export const opened: Event = { type: 'session.user-session.opened', userSessionId: access };
export const closed: Event = { type: 'session.user-session.closed' };
export const ending = (outcome: Outcome, now = T0): Ending => ({
  outcome,
  reason: outcome,
  by: 'tester',
  at: iso(now),
});
export const stopping = (outcome: Outcome): Event => ({ type: 'session.stopping', ending: ending(outcome) });

const after = (history: readonly Event[], ...more: Event[]): readonly Event[] => [...history, ...more];

/** How a session got there on the happy path; what it holds is as it would be. */
export const PENDING = after([], created);
export const SCHEDULED = after(PENDING, proposed(onW1), { type: 'session.scheduled', placement: onW1 });
export const INSTANTIATING = after(SCHEDULED, { type: 'session.instantiating' });
export const BUILT = after(INSTANTIATING, bound, opened);
export const READY = after(BUILT, { type: 'session.ready' });
export const RUNNING = after(READY, { type: 'session.running' });
export const PAUSED = after(
  RUNNING,
  { type: 'session.stopping', afterStop: 'stay' },
  { type: 'session.stopped' },
);
export const COLLECTING = after(RUNNING, { type: 'session.collecting' });
export const GRADING = after(COLLECTING, { type: 'session.grading', gradingSessionId: grading });
export const STOPPING = after(GRADING, stopping('completed'));
/** Stopped for good: everything but the worker's ledger has been given back. */
export const STOPPED = after(STOPPING, unbound, closed, {
  type: 'session.stopped',
  release: { placementId: p1, workerId: w1 },
});
export const RELEASED = after(STOPPED, { type: 'session.placement.released', placementId: p1 });
export const ARCHIVED = after(RELEASED, { type: 'session.archived' });

/** Sends a command to a session with that history. */
export function whenSession(
  history: readonly Event[],
  wish: Wish<SessionCommand>,
  now?: number,
): Answer<Session, SessionEvent> {
  return given(sessionDecider, history).when(wish, now);
}

/** One step of a plan, with nothing special about it. */
export const step = (name: string): StepPlan => ({
  name,
  handler: name,
  needs: [],
  optional: false,
  timeoutSeconds: 60,
  retry: { maxAttempts: 3, delaySeconds: 1 },
  params: {},
});
