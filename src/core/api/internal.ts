import { z } from 'zod';
import { allowance } from '../domain/allowance.ts';
import { definition } from '../domain/definition-state.ts';
import { gradingSession } from '../domain/grading-session.ts';
import { placementId, sessionId, workerId, workerTemplateId } from '../domain/ids.ts';
import { inboundEvent } from '../domain/inbound-event.ts';
import { labRecord } from '../domain/lab-record.ts';
import { schedulingDecision } from '../domain/scheduling-reason.ts';
import { scoreReport } from '../domain/score-report.ts';
import { session } from '../domain/session-state.ts';
import { systemSettingsValues } from '../domain/settings.ts';
import { task } from '../domain/task.ts';
import { instant } from '../domain/time.ts';
import { userSession } from '../domain/user-session.ts';
import { workerLedger } from '../domain/worker-ledger.ts';
import { worker } from '../domain/worker-state.ts';
import { workerTemplate } from '../domain/worker-template.ts';
import { CONTROLLERS, endpoint } from './endpoint.ts';
import {
  allowanceCommand,
  definitionCommand,
  gradingSessionCommand,
  labRecordCommand,
  scoreReportCommand,
  sessionCommand,
  taskCommand,
  userSessionCommand,
  workerCommand,
  workerLedgerCommand,
} from './internal-commands.ts';
import { pageOf } from './list.ts';
import type { ServiceName } from './services.ts';
import { workerMetrics } from './workers.ts';

const SCHEDULER: ServiceName = 'resource-scheduler';
const WORKERS: ServiceName = 'worker-controller';
const LABLETS: ServiceName = 'lablet-controller';

/** An aggregate as controllers see it: all of it, and its version. */
const stored = <State extends z.ZodType>(state: State) =>
  z.object({ id: z.string(), version: z.number().int(), state });

const params = z.object({ id: z.string().max(300) });

/** The services that need what is offered of one kind of aggregate. */
interface Needed {
  get: readonly ServiceName[];
  list: readonly ServiceName[];
  command?: readonly ServiceName[];
}

/** Reads of one kind of aggregate. `where` filters by indexed fields, each one value or several joined by commas. */
const reads = <State extends z.ZodType>(path: string, state: State, needed: Needed) => ({
  get: endpoint({
    method: 'GET',
    path: `/api/internal/${path}/:id`,
    summary: `One of ${path}, whole`,
    roles: CONTROLLERS,
    rule: 'service',
    services: needed.get,
    params,
    answer: stored(state),
    refusals: ['notFound'],
  }),
  list: endpoint({
    method: 'GET',
    path: `/api/internal/${path}`,
    summary: `List ${path}, whole`,
    roles: CONTROLLERS,
    rule: 'service',
    services: needed.list,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1_000).default(500),
      cursor: z.string().optional(),
      where: z
        .string()
        .max(4_000)
        .optional()
        .describe('JSON object of indexed field to value or array of values'),
    }),
    answer: pageOf(stored(state)),
  }),
});

/** Reads and commands of one kind of aggregate. The answer to a command is the aggregate after it. */
const resource = <State extends z.ZodType, Command extends z.ZodType>(
  path: string,
  state: State,
  commands: Command,
  needed: Needed & { command: readonly ServiceName[] },
) => ({
  ...reads(path, state, needed),
  command: endpoint({
    method: 'POST',
    path: `/api/internal/${path}/:id/commands`,
    summary: `Command to one of ${path}`,
    roles: CONTROLLERS,
    rule: 'service',
    services: needed.command,
    params,
    body: z.object({ command: commands, expectedVersion: z.number().int().optional() }),
    answer: stored(state),
    refusals: [
      'notFound',
      'conflict',
      'illegalTransition',
      'doesNotFit',
      'quota',
      'rule',
      'staleVersion',
      'staleFence',
    ],
  }),
});

const settled = z.object({
  sessionId: z.string(),
  status: z.enum(['done', 'refused']),
  code: z.string().optional(),
  message: z.string().optional(),
});

/**
 * Operations of the system's own controllers. Every write carries the holder's fence in `x-lcm-fence`
 * (`<controller>/<partition>/<token>`) and, where it was decided on a version, `expectedVersion`.
 */
export const internal = {
  sessions: resource('sessions', session, sessionCommand, {
    get: [SCHEDULER, LABLETS],
    list: [SCHEDULER, WORKERS],
    command: [SCHEDULER, WORKERS, LABLETS],
  }),
  workers: resource('workers', worker, workerCommand, {
    get: [SCHEDULER, WORKERS, LABLETS],
    list: [SCHEDULER, WORKERS, LABLETS],
    command: [SCHEDULER, WORKERS],
  }),
  workerLedgers: resource('worker-ledgers', workerLedger, workerLedgerCommand, {
    get: [SCHEDULER, WORKERS, LABLETS],
    list: [SCHEDULER],
    command: [SCHEDULER, WORKERS, LABLETS],
  }),
  labRecords: resource('lab-records', labRecord, labRecordCommand, {
    get: [SCHEDULER, LABLETS],
    list: [SCHEDULER, WORKERS, LABLETS],
    command: [WORKERS, LABLETS],
  }),
  userSessions: resource('user-sessions', userSession, userSessionCommand, {
    get: [LABLETS],
    list: [LABLETS],
    command: [LABLETS],
  }),
  gradingSessions: resource('grading-sessions', gradingSession, gradingSessionCommand, {
    get: [LABLETS],
    list: [LABLETS],
    command: [LABLETS],
  }),
  scoreReports: resource('score-reports', scoreReport, scoreReportCommand, {
    get: [LABLETS],
    list: [LABLETS],
    command: [LABLETS],
  }),
  definitions: resource('definitions', definition, definitionCommand, {
    get: [SCHEDULER, LABLETS],
    list: [LABLETS],
    command: [LABLETS],
  }),
  tasks: resource('tasks', task, taskCommand, {
    get: [WORKERS],
    list: [WORKERS],
    command: [WORKERS, LABLETS],
  }),
  allowances: resource('allowances', allowance, allowanceCommand, {
    get: [WORKERS],
    list: [SCHEDULER],
    command: [WORKERS],
  }),
  workerTemplates: reads('worker-templates', workerTemplate, {
    get: [SCHEDULER],
    list: [SCHEDULER, WORKERS],
  }),
  inboundEvents: reads('inbound-events', inboundEvent, { get: [LABLETS], list: [LABLETS] }),
  settings: endpoint({
    method: 'GET',
    path: '/api/internal/settings',
    summary: 'Settings as they are in force',
    roles: CONTROLLERS,
    rule: 'service',
    services: [SCHEDULER, WORKERS, LABLETS],
    answer: systemSettingsValues,
  }),
  /**
   * Placements of one scheduling round, of a session one at most: each is proposed on its session, reserved in the worker's ledger, and
   * confirmed, in three commits for the whole batch. One that is refused leaves no trace but a withdrawn proposal.
   */
  place: endpoint({
    method: 'POST',
    path: '/api/internal/placements',
    summary: 'Place sessions on workers, in one batch',
    roles: CONTROLLERS,
    rule: 'service',
    services: [SCHEDULER],
    body: z.object({
      items: z
        .array(
          z.object({
            sessionId,
            expectedVersion: z.number().int().optional(),
            placementId,
            workerId,
            decision: schedulingDecision,
          }),
        )
        .max(500),
    }),
    answer: z.object({ items: z.array(settled) }),
    refusals: ['rule', 'staleFence'],
  }),
  /** Completes or withdraws proposals that a crash left, and gives back reservations that no session claims. */
  releasePlacements: endpoint({
    method: 'POST',
    path: '/api/internal/placements/releases',
    summary: 'Release placements in their ledgers, then on their sessions',
    roles: CONTROLLERS,
    rule: 'service',
    services: [SCHEDULER],
    body: z.object({ items: z.array(z.object({ sessionId, placementId, workerId })).max(500) }),
    answer: z.object({ items: z.array(settled) }),
    refusals: ['staleFence'],
  }),
  recordDecisions: endpoint({
    method: 'POST',
    path: '/api/internal/sessions/decisions',
    summary: 'Record why sessions wait, in one batch',
    roles: CONTROLLERS,
    rule: 'service',
    services: [SCHEDULER],
    body: z.object({ items: z.array(z.object({ sessionId, decision: schedulingDecision })).max(500) }),
    answer: z.object({ items: z.array(settled) }),
    refusals: ['staleFence'],
  }),
  /** Makes a worker and its ledger. The same `key` gives the same worker, so that one wish never makes two. */
  scaleUp: endpoint({
    method: 'POST',
    path: '/api/internal/workers/scale-up',
    summary: 'Ask for a worker of a template',
    roles: CONTROLLERS,
    rule: 'service',
    services: [SCHEDULER],
    body: z.object({
      key: z.string().max(300),
      templateId: workerTemplateId,
      provisionAt: instant.optional(),
      forSession: sessionId.optional(),
      reason: z.string().max(500).optional(),
    }),
    answer: stored(worker),
    status: 201,
    refusals: ['notFound', 'conflict', 'quota', 'staleFence'],
  }),
  reportMetrics: endpoint({
    method: 'POST',
    path: '/api/internal/workers/:id/metrics',
    summary: 'Report a measurement',
    roles: CONTROLLERS,
    rule: 'service',
    services: [WORKERS],
    params,
    body: workerMetrics,
    refusals: ['notFound'],
  }),
};
