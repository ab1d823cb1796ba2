import { z } from 'zod';
import {
  definitionId,
  gradingSessionId,
  labRecordId,
  placementId,
  scoreReportId,
  sessionId,
  userSessionId,
  workerId,
} from './ids.ts';
import { candidate, owner } from './person.ts';
import { pipelineName, pipelineProgress } from './pipeline-progress.ts';
import { need } from './resources.ts';
import { schedulingDecision } from './scheduling-reason.ts';
import { instant } from './time.ts';
import { timeslot } from './timeslot.ts';

export const SESSION_STATUSES = [
  'PENDING',
  'SCHEDULED',
  'INSTANTIATING',
  'READY',
  'RUNNING',
  'COLLECTING',
  'GRADING',
  'STOPPING',
  'STOPPED',
  'ARCHIVED',
  'EXPIRED',
  'TERMINATED',
] as const;
const sessionStatus = z.enum(SESSION_STATUSES);
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** How a session ends; the outcome decides its final state. */
export const OUTCOMES = [
  'completed',
  'noEvidence',
  'gradingFailed',
  'noShow',
  'slotMissed',
  'cancelled',
  'failed',
  'workerLost',
] as const;
export const outcome = z.enum(OUTCOMES);
export type Outcome = (typeof OUTCOMES)[number];

export const ending = z.object({ outcome, reason: z.string(), by: z.string(), at: instant });
export type Ending = z.infer<typeof ending>;

/** A worker for the session. As a proposal it is an intent; as a placement its ledger has reserved it. */
export const placement = z.object({ id: placementId, workerId, at: instant });
export type Placement = z.infer<typeof placement>;

/** A placement that the session no longer claims but that its ledger may still hold. */
export const release = z.object({ placementId, workerId });
export type Release = z.infer<typeof release>;

export const boundLab = z.object({
  labRecordId,
  workerId,
  cmlLabId: z.string(),
  title: z.string(),
  /** Allocated port by the port name of the definition's template. */
  ports: z.record(z.string(), z.number().int()),
});
export type BoundLab = z.infer<typeof boundLab>;

/** What the definition said when the session was booked, so that later changes to it do not reach back. */
const pinned = z.object({
  definitionId,
  name: z.string(),
  version: z.string(),
  need,
  collectsEvidence: z.boolean(),
  grades: z.boolean(),
});

const transition = z.object({
  from: sessionStatus.nullable(),
  to: sessionStatus,
  at: instant,
  by: z.string(),
  reason: z.string().optional(),
});

/** One run of one definition version in one timeslot. */
export const session = z.object({
  id: sessionId,
  definition: pinned,
  owner,
  ownerKey: z.string(),
  /** By which external id it was booked for its owner, who has claimed it since. */
  bookedFor: z.string().optional(),
  bookedBy: z.string(),
  department: z.string().optional(),
  candidate: candidate.optional(),
  reservationId: z.string().optional(),
  region: z.string().optional(),
  status: sessionStatus,
  statusSince: instant,
  timeslot,
  /** Seconds of waiting for a login before the session counts as a no-show; the slot's end where absent. */
  noShowAfterSeconds: z.number().int().positive().optional(),
  onHold: z.boolean(),
  /** A placement about to be reserved; completed or withdrawn by the scheduler after a crash. */
  proposal: placement.optional(),
  placement: placement.optional(),
  /** The worker of the latest placement, also after it was given back. */
  lastWorkerId: workerId.optional(),
  /** Placements tried so far, this one included. */
  placements: z.number().int().min(0),
  releases: z.array(release),
  /** Workers on which an instantiation failed; they are tried last. */
  avoidWorkers: z.array(workerId),
  decision: schedulingDecision.optional(),
  lab: boundLab.optional(),
  userSession: z
    .object({ id: userSessionId, ldsSessionId: z.string().optional(), open: z.boolean() })
    .optional(),
  gradingSessionId: gradingSessionId.optional(),
  scoreReportId: scoreReportId.optional(),
  gradeResult: z.enum(['PASS', 'FAIL']).optional(),
  /** Content key of the evidence package, once there is one. */
  evidenceKey: z.string().optional(),
  /** Set while a stop is a pause: what comes after STOPPED. */
  afterStop: z.enum(['stay', 'restart', 'reset', 'replace']).optional(),
  ending: ending.optional(),
  pipelines: z.partialRecord(pipelineName, pipelineProgress),
  /** Ids of inbound events that have taken effect, newest last. */
  inbound: z.array(z.string()),
  history: z.array(transition),
  createdAt: instant,
  scheduledAt: instant.optional(),
  readyAt: instant.optional(),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  updatedAt: instant,
});
export type Session = z.infer<typeof session>;
