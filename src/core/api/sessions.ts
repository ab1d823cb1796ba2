import { z } from 'zod';
import { sessionId } from '../domain/ids.ts';
import { candidate, owner } from '../domain/person.ts';
import { pipelineName } from '../domain/pipeline-progress.ts';
import { filterName, schedulingDecision, schedulingReason } from '../domain/scheduling-reason.ts';
import { scoreReport } from '../domain/score-report.ts';
import { SESSION_STATUSES, session } from '../domain/session-state.ts';
import { instant } from '../domain/time.ts';
import { userSession } from '../domain/user-session.ts';
import { ANYBODY, BOOKERS, endpoint, OPERATORS, STAFF } from './endpoint.ts';
import { anyOf, pageOf, paging, versioned } from './list.ts';

/** Why a session is not ready, where it stands in the queue, and when it may be; computed on reading. */
const standing = z.object({
  reason: schedulingReason.optional(),
  queuePlace: z.number().int().min(1).optional(),
  readyEstimate: instant.optional(),
});

/** A session as people see it. `standing` is there until it is READY. */
export const sessionView = session.omit({ inbound: true, releases: true, avoidWorkers: true }).extend({
  ...versioned,
  /** Whose it is, for those who may read who the candidate is. */
  owner: owner.optional(),
  ownerKey: session.shape.ownerKey.optional(),
  standing: standing.optional(),
  workerName: z.string().optional(),
  /** Dollars so far for its share of its worker, from the first step of its lab to its end. */
  costUsd: z.number(),
  late: z.boolean(),
  atRisk: z.boolean(),
});
export type SessionView = z.infer<typeof sessionView>;

/** What a booking may say. The slot begins at once where `start` is absent. */
export const bookingRequest = z.strictObject({
  /** Id of the definition version. */
  definitionId: z.string().max(200).optional(),
  /** Or its name, and a version; the newest active one where that is absent. */
  definition: z
    .strictObject({ name: z.string().max(100), version: z.string().max(50).optional() })
    .optional(),
  start: instant.optional(),
  end: instant.optional(),
  /** In place of `end`. */
  durationSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400 * 2)
    .optional(),
  owner: owner.optional(),
  candidate: candidate.strict().optional(),
  department: z.string().max(100).optional(),
  reservationId: z.string().min(1).max(200).optional(),
  region: z.string().max(50).optional(),
  noShowAfterSeconds: z.number().int().min(1).max(86_400).optional(),
});
export type BookingRequest = z.infer<typeof bookingRequest>;

/** The verdict on one worker. */
export const workerVerdict = z.object({
  workerId: z.string(),
  workerName: z.string(),
  fits: z.boolean(),
  score: z.number().optional(),
  filter: filterName.optional(),
  message: z.string().optional(),
});
export type WorkerVerdict = z.infer<typeof workerVerdict>;

export const explanation = z.object({
  decision: schedulingDecision,
  workers: z.array(workerVerdict),
  template: z.object({ id: z.string(), name: z.string(), costPerHourUsd: z.number() }).optional(),
  standing: standing.optional(),
});
export type Explanation = z.infer<typeof explanation>;

/** What a booking would come to, without booking it. */
export const dryRunAnswer = explanation.extend({
  fits: z.boolean(),
  costUsd: z.number(),
  /** Up to three other starts that would fit. */
  alternatives: z.array(z.object({ start: instant, end: instant, workerId: z.string().optional() })).max(3),
});

const params = z.object({ id: sessionId });
const reasonBody = z.strictObject({ reason: z.string().max(500).optional() });

/** One thing that happened to a resource. */
const historyEntry = z.object({
  seq: z.number().int(),
  at: instant,
  type: z.string(),
  by: z.string(),
  correlationId: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});

const act = (path: string, summary: string, roles = BOOKERS) =>
  endpoint({
    method: 'POST',
    path: `/api/v1/sessions/:id/${path}`,
    summary,
    roles,
    rule: 'actsOnSession',
    params,
    body: reasonBody,
    answer: sessionView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'staleVersion'],
    ifMatch: true,
  });

/** Operations on sessions. */
export const sessions = {
  book: endpoint({
    method: 'POST',
    path: '/api/v1/sessions',
    summary: 'Book a session',
    description:
      'Needs a definition by id or name, and an end or a duration. The slot may not be longer than the definition allows nor start in the past.',
    roles: BOOKERS,
    rule: 'booksForOthers',
    body: bookingRequest,
    answer: sessionView,
    status: 201,
    refusals: ['notFound', 'conflict', 'rule', 'quota'],
    idempotencyKey: true,
  }),
  dryRun: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/dry-run',
    summary: 'What a booking would come to: whether it fits, where, what it costs, and what else would fit',
    roles: BOOKERS,
    rule: 'booksForOthers',
    body: bookingRequest,
    answer: dryRunAnswer,
    refusals: ['notFound', 'conflict', 'rule'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/sessions',
    summary: 'List sessions, newest first',
    roles: ANYBODY,
    rule: 'seesSession',
    description:
      'All filters hold together. A page may be shorter than `limit` where `q` finds little: go on while there is a `nextCursor`.',
    query: z.object({
      ...paging,
      status: anyOf(SESSION_STATUSES).describe('One or several, in any case: `ready,running`'),
      definitionId: z.string().max(200).optional().describe('Id of the definition version'),
      workerId: z.string().max(200).optional().describe('Placed on that worker now'),
      ownerKey: z
        .string()
        .max(700)
        .optional()
        .describe(
          '`<issuer>|<subject>`, or `external:<id>` for who cannot log in; finds sessions of which you may read the owner',
        ),
      reservationId: z.string().max(200).optional().describe('As the booking said it'),
      department: z.string().max(100).optional(),
      startsFrom: instant.optional().describe('Slots that begin then or later'),
      startsBefore: instant.optional().describe('Slots that begin earlier'),
      q: z
        .string()
        .max(200)
        .optional()
        .describe(
          'Words that all occur in what names the session: its id, definition, reservation, or owner, of whom you may read that; in any case',
        ),
    }),
    answer: pageOf(sessionView),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id',
    summary: 'One session',
    roles: ANYBODY,
    rule: 'seesSession',
    params,
    answer: sessionView,
    refusals: ['notFound'],
  }),
  explain: endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id/explanation',
    summary: 'Why the session is where it is: the decision, and the verdict on every worker as of now',
    roles: STAFF,
    rule: 'seesSession',
    params,
    answer: explanation,
    refusals: ['notFound'],
  }),
  history: endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id/history',
    summary: 'Everything that happened to the session, oldest first',
    roles: STAFF,
    rule: 'seesSession',
    params,
    query: z.object({ ...paging }),
    answer: pageOf(historyEntry),
    refusals: ['notFound'],
  }),
  userSession: endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id/user-session',
    summary: 'The LDS side of the session: devices and the login URL',
    roles: ANYBODY,
    rule: 'seesSession',
    params,
    answer: userSession,
    refusals: ['notFound'],
  }),
  scoreReports: endpoint({
    method: 'GET',
    path: '/api/v1/sessions/:id/score-reports',
    summary: 'Score reports of the session, newest first',
    roles: ANYBODY,
    rule: 'ownResults',
    params,
    query: z.object({ ...paging }),
    answer: pageOf(scoreReport),
    refusals: ['notFound'],
  }),
  extend: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/:id/extend',
    summary: 'Move the end of the slot',
    description:
      'Needs `end` or `seconds`. Refused with the booking in the way where the worker is promised to another.',
    roles: OPERATORS,
    rule: 'actsOnSession',
    params,
    body: z.strictObject({
      end: instant.optional(),
      seconds: z.number().int().min(1).max(86_400).optional(),
      reason: z.string().max(500).optional(),
    }),
    answer: sessionView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'doesNotFit', 'rule', 'staleVersion'],
    ifMatch: true,
  }),
  reschedule: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/:id/reschedule',
    summary: 'Move the whole slot, before it has begun',
    roles: BOOKERS,
    rule: 'actsOnSession',
    params,
    body: z.strictObject({ start: instant, end: instant, reason: z.string().max(500).optional() }),
    answer: sessionView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'doesNotFit', 'rule', 'staleVersion'],
    ifMatch: true,
  }),
  cancel: act('cancel', 'Cancel the session; what it holds is given back'),
  hold: act('hold', 'Keep the session from being placed', OPERATORS),
  unhold: act('unhold', 'Let the session be placed again', OPERATORS),
  pause: act('pause', 'Stop the lab and keep everything, to go on later in the slot', OPERATORS),
  resume: act('resume', 'Start a paused session again', OPERATORS),
  restart: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/:id/restart',
    summary: 'Stop the lab and start it again, as it was or wiped',
    roles: OPERATORS,
    rule: 'actsOnSession',
    params,
    body: z.strictObject({
      mode: z.enum(['restart', 'reset']).default('restart'),
      reason: z.string().max(500).optional(),
    }),
    answer: sessionView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'staleVersion'],
    ifMatch: true,
  }),
  collect: act('collect', 'Finish now: collect the evidence and grade it', ANYBODY),
  grade: act('grade', 'Grade the stored evidence again; makes another score report', OPERATORS),
  retryStep: endpoint({
    method: 'POST',
    path: '/api/v1/sessions/:id/pipelines/:pipeline/steps/:step/retry',
    summary: 'Run a failed step of a pipeline again',
    roles: OPERATORS,
    rule: 'actsOnSession',
    params: params.extend({ pipeline: pipelineName, step: z.string().max(100) }),
    answer: sessionView,
    refusals: ['notFound', 'conflict', 'staleVersion'],
    ifMatch: true,
  }),
};
