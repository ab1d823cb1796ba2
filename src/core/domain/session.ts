import type { Asked, Happened, TransitionTable } from './decider.ts';
import type {
  GradingSessionId,
  LabRecordId,
  PlacementId,
  ScoreReportId,
  SessionId,
  UserSessionId,
} from './ids.ts';
import type { Account, Candidate, Owner } from './person.ts';
import type { PipelineName, PipelineProgress, StepPlan, StepProgress } from './pipeline-progress.ts';
import type { SchedulingDecision } from './scheduling-reason.ts';
import type {
  BoundLab,
  Ending,
  Outcome,
  Placement,
  Release,
  Session,
  SessionStatus,
} from './session-state.ts';
import type { Timeslot } from './timeslot.ts';

/** What can happen to a session (PRODUCT.md, State machines). Checks, docs, timeline and tests derive from it. */
export const SESSION_TRANSITIONS: TransitionTable<SessionStatus> = {
  PENDING: ['SCHEDULED', 'EXPIRED', 'TERMINATED'],
  SCHEDULED: ['INSTANTIATING', 'SCHEDULED', 'PENDING', 'STOPPING'],
  INSTANTIATING: ['READY', 'STOPPING'],
  READY: ['RUNNING', 'STOPPING'],
  RUNNING: ['COLLECTING', 'STOPPING'],
  COLLECTING: ['GRADING', 'STOPPING'],
  GRADING: ['STOPPING'],
  STOPPING: ['STOPPED', 'PENDING'],
  STOPPED: ['INSTANTIATING', 'COLLECTING', 'STOPPING', 'ARCHIVED', 'EXPIRED', 'TERMINATED'],
  ARCHIVED: [],
  EXPIRED: [],
  TERMINATED: [],
};

/** The final state that each outcome leads to. */
export const FINAL_STATUS: Readonly<Record<Outcome, 'ARCHIVED' | 'EXPIRED' | 'TERMINATED'>> = {
  completed: 'ARCHIVED',
  noEvidence: 'ARCHIVED',
  gradingFailed: 'ARCHIVED',
  noShow: 'EXPIRED',
  slotMissed: 'EXPIRED',
  cancelled: 'TERMINATED',
  failed: 'TERMINATED',
  workerLost: 'TERMINATED',
};

/** How many workers a session is tried on before it ends as failed. */
export const MAX_PLACEMENTS = 3;

/** How many ids of inbound events a session remembers; LDS and grading send a handful per session. */
export const REMEMBERED_EVENTS = 32;

/** States in which the candidate's lab exists or may exist. */
export const LIVE_STATUSES: readonly SessionStatus[] = [
  'INSTANTIATING',
  'READY',
  'RUNNING',
  'COLLECTING',
  'GRADING',
  'STOPPING',
];

/** What a session holds that must be given back before it may reach a final state. */
export function held(state: Session): string[] {
  const things: string[] = [];
  if (state.proposal) things.push(`proposed placement ${state.proposal.id}`);
  if (state.placement) things.push(`placement ${state.placement.id}`);
  for (const release of state.releases) things.push(`placement ${release.placementId}`);
  if (state.lab) things.push(`lab ${state.lab.cmlLabId}`);
  if (state.userSession?.open)
    things.push(`LDS session ${state.userSession.ldsSessionId ?? state.userSession.id}`);
  return things;
}

/** Whether the session is stopped with everything kept, to be started again. */
export function isPaused(state: Session): boolean {
  return state.status === 'STOPPED' && state.ending === undefined;
}

/** `eventId` makes a command that an outside event caused happen once. */
export type SessionCommand = Asked & { eventId?: string | undefined } & (
    | ({ type: 'book' } & Booking)
    | {
        type: 'propose';
        placementId: PlacementId;
        workerId: Placement['workerId'];
        decision: SchedulingDecision;
      }
    | { type: 'confirmPlacement'; placementId: PlacementId }
    | { type: 'withdrawProposal'; placementId: PlacementId }
    | { type: 'recordRelease'; placementId: PlacementId }
    | { type: 'recordDecision'; decision: SchedulingDecision }
    | { type: 'hold' }
    | { type: 'unhold' }
    /** Whom it was booked for has logged in, and owns it from now on. */
    | { type: 'claim'; owner: Account }
    /** With `placementId`, the proposal of that id is reserved for the new slot and becomes the placement. */
    | { type: 'changeTimeslot'; timeslot: Timeslot; placementId?: PlacementId | undefined }
    /** Nothing is changed, and no change of the slot that was decided on the session before may come any more. */
    | { type: 'settleTimeslot' }
    | { type: 'startInstantiating' }
    | { type: 'bindLab'; lab: BoundLab }
    | { type: 'unbindLab'; labRecordId: LabRecordId }
    | { type: 'openUserSession'; userSessionId: UserSessionId; ldsSessionId?: string | undefined }
    | { type: 'closeUserSession' }
    | { type: 'markReady' }
    | { type: 'markRunning' }
    | { type: 'startCollecting' }
    | { type: 'recordEvidence'; evidenceKey: string }
    | { type: 'startGrading'; gradingSessionId?: GradingSessionId | undefined }
    | { type: 'recordScore'; scoreReportId: ScoreReportId; result: 'PASS' | 'FAIL' }
    | { type: 'end'; outcome: Outcome }
    | { type: 'pause'; afterStop: 'stay' | 'restart' | 'reset' }
    | { type: 'resume' }
    | { type: 'failInstantiation' }
    | { type: 'loseWorker' }
    | { type: 'markStopped' }
    /** Something outside is done: look again. Changes nothing but that its event is known. */
    | { type: 'noteEvent' }
    | { type: 'finish' }
    | { type: 'planPipeline'; pipeline: PipelineName; runId: string; plan: StepPlan[] }
    | { type: 'recordSteps'; pipeline: PipelineName; runId: string; steps: readonly StepProgress[] }
    | {
        type: 'finishPipeline';
        pipeline: PipelineName;
        runId: string;
        status: 'COMPLETED' | 'PARTIAL' | 'FAILED';
      }
    | { type: 'retryStep'; pipeline: PipelineName; step: string }
  );

/** What a booking says. */
export interface Booking {
  id: SessionId;
  definition: Session['definition'];
  owner: Owner;
  department?: string | undefined;
  candidate?: Candidate | undefined;
  reservationId?: string | undefined;
  region?: string | undefined;
  timeslot: Timeslot;
  noShowAfterSeconds?: number | undefined;
}

export type SessionEvent = Happened &
  (
    | ({ type: 'session.created' } & Booking)
    | { type: 'session.placement.proposed'; placement: Placement; decision: SchedulingDecision }
    | { type: 'session.placement.withdrawn'; release: Release }
    | { type: 'session.placement.released'; placementId: PlacementId }
    | { type: 'session.scheduled'; placement: Placement; previous?: Release | undefined }
    | { type: 'session.decided'; decision: SchedulingDecision }
    | { type: 'session.held' }
    | { type: 'session.unheld' }
    | { type: 'session.claimed'; bookedFor: string; owner: Account }
    | { type: 'session.timeslot.changed'; from: Timeslot; to: Timeslot }
    | { type: 'session.timeslot.settled' }
    | { type: 'session.instantiating' }
    | { type: 'session.lab.bound'; lab: BoundLab }
    | { type: 'session.lab.unbound'; labRecordId: LabRecordId }
    | { type: 'session.user-session.opened'; userSessionId: UserSessionId; ldsSessionId?: string | undefined }
    | { type: 'session.user-session.closed' }
    | { type: 'session.ready' }
    | { type: 'session.running' }
    | { type: 'session.collecting' }
    | { type: 'session.evidence.recorded'; evidenceKey: string }
    | { type: 'session.grading'; gradingSessionId?: GradingSessionId | undefined }
    | { type: 'session.score.recorded'; scoreReportId: ScoreReportId; result: 'PASS' | 'FAIL' }
    | { type: 'session.ending.recorded'; ending: Ending }
    | { type: 'session.stopping'; ending?: Ending | undefined; afterStop?: Session['afterStop'] }
    | { type: 'session.stopped'; release?: Release | undefined }
    | { type: 'session.requeued'; release?: Release | undefined; workerGone: boolean }
    | { type: 'session.archived' }
    | { type: 'session.expired' }
    | { type: 'session.terminated' }
    | { type: 'session.pipeline.planned'; progress: PipelineProgress }
    | { type: 'session.pipeline.step.recorded'; pipeline: PipelineName; runId: string; step: StepProgress }
    | {
        type: 'session.pipeline.finished';
        pipeline: PipelineName;
        runId: string;
        status: 'COMPLETED' | 'PARTIAL' | 'FAILED';
      }
    | { type: 'session.pipeline.step.retried'; pipeline: PipelineName; step: string }
    | { type: 'session.inbound.applied'; eventId: string }
  );
