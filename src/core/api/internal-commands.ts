import { z } from 'zod';
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
} from '../domain/ids.ts';
import { labStatus } from '../domain/lab-record.ts';
import { pipelineName, stepPlan, stepProgress } from '../domain/pipeline-progress.ts';
import { capacity, need } from '../domain/resources.ts';
import { schedulingDecision } from '../domain/scheduling-reason.ts';
import { scoreReport } from '../domain/score-report.ts';
import { boundLab, outcome } from '../domain/session-state.ts';
import { task } from '../domain/task.ts';
import { instant } from '../domain/time.ts';
import { device, userSessionStatus } from '../domain/user-session.ts';
import { conditionInput, launchAttempt, workerObservation } from '../domain/worker-state.ts';

// What the system's own controllers may command, by aggregate. People have their own operations.

export const sessionCommand = z.discriminatedUnion('type', [
  command('withdrawProposal', { placementId }),
  command('settleTimeslot', {}),
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
  command('recordSteps', { pipeline: pipelineName, runId: z.string(), steps: z.array(stepProgress) }),
  command('finishPipeline', {
    pipeline: pipelineName,
    runId: z.string(),
    status: z.enum(['COMPLETED', 'PARTIAL', 'FAILED']),
  }),
]);

export const workerCommand = z.discriminatedUnion('type', [
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

export const workerLedgerCommand = z.discriminatedUnion('type', [
  command('setCapacity', { capacity }),
  command('prolong', { placementId, to: instant }),
  command('allocatePorts', { labRecordId, sessionId: sessionId.optional(), names: z.array(z.string()) }),
  command('unbindPorts', { sessionId }),
  command('releasePorts', { labRecordId }),
  command('observeForeign', { ports: z.array(z.number().int()), need }),
  command('drain', {}),
  command('close', { force: z.boolean() }),
  command('reopen', {}),
]);

export const labRecordCommand = z.discriminatedUnion('type', [
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

export const userSessionCommand = z.discriminatedUnion('type', [
  command('open', { id: userSessionId, sessionId, formQualifiedName: z.string().optional() }),
  command('provision', { ldsSessionId: z.string(), loginUrl: z.string(), devices: z.array(device) }),
  command('become', { status: userSessionStatus, message: z.string().optional() }),
]);

export const gradingSessionCommand = z.discriminatedUnion('type', [
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

export const allowanceCommand = z.discriminatedUnion('type', [
  command('setLimit', { id: z.string(), limit: z.number().int().min(0).nullable() }),
  command('take', { id: z.string(), holder: z.string(), amount: z.number().int().positive() }),
  command('giveBack', { holder: z.string() }),
]);

export const scoreReportCommand = z.discriminatedUnion('type', [
  command('submit', { report: scoreReport.omit({ submittedAt: true }) }),
]);

export const definitionCommand = z.discriminatedUnion('type', [
  command('recordSync', { status: z.enum(['success', 'failed']), message: z.string().optional() }),
]);

export const taskCommand = z.discriminatedUnion('type', [
  command(
    'raise',
    task.pick({ id: true, title: true, description: true, priority: true, about: true, department: true })
      .shape,
  ),
]);

/** `eventId` makes a command that an outside event caused happen once. */
function command<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({
    type: z.literal(type),
    reason: z.string().max(2_000).optional(),
    eventId: z.string().max(500).optional(),
    ...shape,
  });
}
