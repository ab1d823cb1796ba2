import { z } from 'zod';
import { sessionId, workerId } from './ids.ts';
import { instant } from './time.ts';
import { workerTemplate } from './worker-template.ts';

export const WORKER_STATUSES = [
  'PENDING',
  'PROVISIONING',
  'STARTING',
  'RUNNING',
  'DRAINING',
  'STOPPING',
  'STOPPED',
  'FAILED',
  'TERMINATING',
  'TERMINATED',
] as const;
const workerStatus = z.enum(WORKER_STATUSES);
export type WorkerStatus = (typeof WORKER_STATUSES)[number];

export const CONDITIONS = [
  'InstanceLaunched',
  'InstanceRunning',
  'CmlReady',
  'Licensed',
  'Schedulable',
  'Draining',
  'LicenceReleased',
  'InstanceTerminated',
] as const;
const conditionType = z.enum(CONDITIONS);
export type ConditionType = (typeof CONDITIONS)[number];

/** A condition in the Kubernetes manner: what is so, why, and since when. */
export const condition = z.object({
  type: conditionType,
  status: z.enum(['True', 'False', 'Unknown']),
  /** One CamelCase word for programs. */
  reason: z.string(),
  message: z.string(),
  since: instant,
});
export type Condition = z.infer<typeof condition>;
export const conditionInput = condition.omit({ since: true });
export type ConditionInput = z.infer<typeof conditionInput>;

/**
 * Everything that a launch is made of, resolved and committed before the cloud is asked, so that recovery
 * repeats exactly that call.
 */
export const launchAttempt = z.object({
  number: z.number().int().min(1),
  clientToken: z.string(),
  imageId: z.string(),
  instanceType: z.string(),
  zone: z.string().optional(),
  subnetId: z.string().optional(),
  securityGroupIds: z.array(z.string()),
  nestedVirtualization: z.boolean(),
  userDataHash: z.string().optional(),
  requestedAt: instant,
});
export type LaunchAttempt = z.infer<typeof launchAttempt>;

const instanceFacts = z.object({
  state: z.string(),
  publicIp: z.string().optional(),
  privateIp: z.string().optional(),
  type: z.string().optional(),
  imageId: z.string().optional(),
  zone: z.string().optional(),
  launchedAt: instant.optional(),
});
const cmlFacts = z.object({
  url: z.string(),
  /** Where PATty's console ports of this worker are reached. */
  consoleHost: z.string(),
  version: z.string(),
  ready: z.boolean(),
  nodeDefinitions: z.array(z.string()),
  admissionState: z.string().optional(),
});
const licenceFacts = z.object({
  registration: z.string(),
  authorization: z.string(),
  product: z.string(),
  nodeLimit: z.number().int().optional(),
  expires: z.string().optional(),
  udi: z.string().optional(),
});
/** What a controller saw; parts that it did not look at are absent and stay as they were. */
export const workerObservation = z.object({
  instance: instanceFacts.optional(),
  cml: cmlFacts.optional(),
  licence: licenceFacts.optional(),
  labs: z.object({ total: z.number().int(), running: z.number().int() }).optional(),
  lastActivityAt: instant.optional(),
});
export type WorkerObservation = z.infer<typeof workerObservation>;

/** One EC2 instance running CML, or the wish for one. Measurements are a time series of their own. */
export const worker = z.object({
  id: workerId,
  name: z.string(),
  region: z.string(),
  /** The template as it was when the worker was asked for. */
  template: workerTemplate,
  status: workerStatus,
  statusSince: instant,
  /** When it is to be made; at once where absent. */
  provisionAt: instant.optional(),
  forSession: sessionId.optional(),
  attempt: launchAttempt.optional(),
  attempts: z.number().int().min(0),
  instanceId: z.string().optional(),
  instance: instanceFacts.optional(),
  cml: cmlFacts.optional(),
  licence: licenceFacts.optional(),
  labs: z.object({ total: z.number().int(), running: z.number().int() }).optional(),
  conditions: z.array(condition),
  lastActivityAt: instant.optional(),
  snoozedUntil: instant.optional(),
  reconcilePaused: z.boolean(),
  /** Compute that was paid for: closed stretches, and since when the present one runs. */
  billing: z.object({ seconds: z.number().min(0), since: instant.optional() }),
  history: z.array(
    z.object({
      from: workerStatus.nullable(),
      to: workerStatus,
      at: instant,
      by: z.string(),
      reason: z.string().optional(),
    }),
  ),
  createdAt: instant,
  updatedAt: instant,
});
export type Worker = z.infer<typeof worker>;

/** The condition of that type, as last reported. */
export function conditionOf(state: Worker, type: ConditionType): Condition | undefined {
  return state.conditions.find((one) => one.type === type);
}

/** Whether the condition is known to hold. */
export function holds(state: Worker, type: ConditionType): boolean {
  return conditionOf(state, type)?.status === 'True';
}
