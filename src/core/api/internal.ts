import { z } from 'zod';
import { allowance } from '../domain/allowance.ts';
import { definition } from '../domain/definition-state.ts';
import { gradingSession, gradingStatus } from '../domain/grading-session.ts';
import {
  gradingSessionId,
  labRecordId,
  placementId,
  scoreReportId,
  sessionId,
  userSessionId,
  workerId,
  workerTemplateId,
} from '../domain/ids.ts';
import { inboundEvent } from '../domain/inbound-event.ts';
import { labRecord, labStatus } from '../domain/lab-record.ts';
import { pipelineName, stepPlan, stepProgress } from '../domain/pipeline-progress.ts';
import { capacity, need } from '../domain/resources.ts';
import { schedulingDecision } from '../domain/scheduling-reason.ts';
import { scoreReport } from '../domain/score-report.ts';
import { boundLab, outcome, session } from '../domain/session-state.ts';
import { systemSettingsValues } from '../domain/settings.ts';
import { task } from '../domain/task.ts';
import { instant } from '../domain/time.ts';
import { device, userSession, userSessionStatus } from '../domain/user-session.ts';
import { workerLedger } from '../domain/worker-ledger.ts';
import { conditionInput, launchAttempt, worker, workerObservation } from '../domain/worker-state.ts';
import { workerTemplate } from '../domain/worker-template.ts';
import { CONTROLLERS, endpoint } from './endpoint.ts';
import { pageOf } from './list.ts';
import { workerMetrics } from './workers.ts';

/**
 * What controllers may do. Every write carries the holder's fence in `x-lcm-fence`
 * (`<controller>/<partition>/<token>`) and, where it was decided on a version, `expectedVersion`.
 */
const reason = { reason: z.string().max(2_000).optional(), eventId: z.string().max(500).optional() };

const command = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...reason, ...shape });

const sessionCommand = z.discriminatedUnion('type', [
  command('withdrawProposal', { placementId }),
  command('recordDecision', { decision: schedulingDecision }),
  command('startInstantiating', {}),
  command('bindLab', { lab: boundLab }),
  command('unbindLab', { labRecordId }),
  command('openUserSession', { userSessionId, ldsSessionId: z.string().optional() }),
  command('closeUserSession', {}),
  command('markReady', {}),
  command('markRunning', {}),
  command('startCollecting', {}),
  command('recordEvidence', { evidenceKey: z.string() }),
  command('startGrading', { gradingSessionId: gradingSessionId.optional() }),
  command('recordScore', { scoreReportId, result: z.enum(['PASS', 'FAIL']) }),
  command('end', { outcome }),
  command('resume', {}),
  command('failInstantiation', {}),
  command('loseWorker', {}),
  command('markStopped', {}),
  command('finish', {}),
  command('planPipeline', { pipeline: pipelineName, runId: z.string(), plan: z.array(stepPlan) }),
  command('recordStep', { pipeline: pipelineName, runId: z.string(), step: stepProgress }),
  command('finishPipeline', {
    pipeline: pipelineName,
    runId: z.string(),
    status: z.enum(['COMPLETED', 'PARTIAL', 'FAILED']),
  }),
]);

const workerCommand = z.discriminatedUnion('type', [
  command('plan', { provisionAt: instant }),
  command('requestInstance', { attempt: launchAttempt }),
  command('recordInstance', { instanceId: z.string() }),
  command('instanceRunning', {}),
  command('observe', { observation: workerObservation }),
  command('setCondition', { condition: conditionInput }),
  command('becomeReady', {}),
  command('loseCml', {}),
  command('drain', {}),
  command('stop', {}),
  command('markStopped', {}),
  command('start', {}),
  command('fail', {}),
  command('retry', {}),
  command('terminate', {}),
  command('markTerminated', {}),
]);

const workerLedgerCommand = z.discriminatedUnion('type', [
  command('setCapacity', { capacity }),
  command('allocatePorts', { labRecordId, sessionId: sessionId.optional(), names: z.array(z.string()) }),
  command('unbindPorts', { sessionId }),
  command('releasePorts', { labRecordId }),
  command('observeForeign', { ports: z.array(z.number().int()), need }),
  command('drain', {}),
  command('close', { force: z.boolean() }),
  command('reopen', {}),
]);

const labRecordCommand = z.discriminatedUnion('type', [
  command('import', {
    id: labRecordId,
    workerId,
    title: z.string(),
    marker: z.string(),
    definitionId: definition.shape.id,
    nodeCount: z.number().int(),
    sessionId: sessionId.optional(),
  }),
  command('discover', {
    id: labRecordId,
    workerId,
    cmlLabId: z.string(),
    title: z.string(),
    nodeCount: z.number().int(),
    status: labStatus,
    marker: z.string().optional(),
  }),
  command('recordImported', { cmlLabId: z.string() }),
  command('recordPorts', { ports: z.record(z.string(), z.number().int()) }),
  command('bind', { sessionId }),
  command('unbind', { sessionId }),
  command('become', { status: labStatus, error: z.string().optional() }),
  command('orphan', {}),
]);

const userSessionCommand = z.discriminatedUnion('type', [
  command('open', { id: userSessionId, sessionId, formQualifiedName: z.string().optional() }),
  command('provision', { ldsSessionId: z.string(), loginUrl: z.string(), devices: z.array(device) }),
  command('become', { status: userSessionStatus, message: z.string().optional() }),
]);

const gradingSessionCommand = z.discriminatedUnion('type', [
  command('open', {
    grading: gradingSession.pick({
      id: true,
      sessionId: true,
      engine: true,
      evidenceKey: true,
      rubricKey: true,
    }),
  }),
  command('submitTo', { externalId: z.string() }),
  command('become', { status: gradingStatus, message: z.string().optional() }),
]);

const allowanceCommand = z.discriminatedUnion('type', [
  command('setLimit', { id: z.string(), limit: z.number().int().min(0).nullable() }),
  command('take', { id: z.string(), holder: z.string(), amount: z.number().int().positive() }),
  command('giveBack', { holder: z.string() }),
]);

/** An aggregate as controllers see it: all of it, and its version. */
const stored = <State extends z.ZodType>(state: State) =>
  z.object({ id: z.string(), version: z.number().int(), state });

const params = z.object({ id: z.string().max(300) });

/** Reads of one kind of aggregate. `where` filters by indexed fields, each one value or several joined by commas. */
const reads = <State extends z.ZodType>(path: string, state: State) => ({
  get: endpoint({
    method: 'GET',
    path: `/api/internal/${path}/:id`,
    summary: `One of ${path}, whole`,
    roles: CONTROLLERS,
    params,
    answer: stored(state),
    refusals: ['notFound'],
  }),
  list: endpoint({
    method: 'GET',
    path: `/api/internal/${path}`,
    summary: `List ${path}, whole`,
    roles: CONTROLLERS,
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
) => ({
  ...reads(path, state),
  command: endpoint({
    method: 'POST',
    path: `/api/internal/${path}/:id/commands`,
    summary: `Command to one of ${path}`,
    roles: CONTROLLERS,
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

/** Operations of the system's own controllers. */
export const internal = {
  sessions: resource('sessions', session, sessionCommand),
  workers: resource('workers', worker, workerCommand),
  workerLedgers: resource('worker-ledgers', workerLedger, workerLedgerCommand),
  labRecords: resource('lab-records', labRecord, labRecordCommand),
  userSessions: resource('user-sessions', userSession, userSessionCommand),
  gradingSessions: resource('grading-sessions', gradingSession, gradingSessionCommand),
  scoreReports: resource(
    'score-reports',
    scoreReport,
    z.discriminatedUnion('type', [command('submit', { report: scoreReport.omit({ submittedAt: true }) })]),
  ),
  definitions: resource(
    'definitions',
    definition,
    z.discriminatedUnion('type', [
      command('recordSync', { status: z.enum(['success', 'failed']), message: z.string().optional() }),
    ]),
  ),
  tasks: resource(
    'tasks',
    task,
    z.discriminatedUnion('type', [
      command(
        'raise',
        task.pick({ id: true, title: true, description: true, priority: true, about: true, department: true })
          .shape,
      ),
    ]),
  ),
  allowances: resource('allowances', allowance, allowanceCommand),
  workerTemplates: reads('worker-templates', workerTemplate),
  inboundEvents: reads('inbound-events', inboundEvent),
  settings: endpoint({
    method: 'GET',
    path: '/api/internal/settings',
    summary: 'Settings as they are in force',
    roles: CONTROLLERS,
    answer: systemSettingsValues,
  }),
  /**
   * Placements of one scheduling round: each is proposed on its session, reserved in the worker's ledger, and
   * confirmed, in three commits for the whole batch. One that is refused leaves no trace but a withdrawn proposal.
   */
  place: endpoint({
    method: 'POST',
    path: '/api/internal/placements',
    summary: 'Place sessions on workers, in one batch',
    roles: CONTROLLERS,
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
    refusals: ['staleFence'],
  }),
  /** Completes or withdraws proposals that a crash left, and gives back reservations that no session claims. */
  releasePlacements: endpoint({
    method: 'POST',
    path: '/api/internal/placements/releases',
    summary: 'Release placements in their ledgers, then on their sessions',
    roles: CONTROLLERS,
    body: z.object({ items: z.array(z.object({ sessionId, placementId, workerId })).max(500) }),
    answer: z.object({ items: z.array(settled) }),
    refusals: ['staleFence'],
  }),
  recordDecisions: endpoint({
    method: 'POST',
    path: '/api/internal/sessions/decisions',
    summary: 'Record why sessions wait, in one batch',
    roles: CONTROLLERS,
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
    params,
    body: workerMetrics,
    refusals: ['notFound'],
  }),
};
