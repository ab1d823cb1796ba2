import type { Bare } from './decider.ts';
import { workerId, workerTemplateId } from './ids.ts';
import { type Answer, given, T0, type Wish } from './scenario.fixture.ts';
import { iso } from './time.ts';
import type { WorkerCommand, WorkerEvent } from './worker.ts';
import { workerDecider } from './worker-decider.ts';
import type { ConditionInput, ConditionType, LaunchAttempt, Worker, WorkerStatus } from './worker-state.ts';
import { type WorkerTemplate, workerTemplateSpec } from './worker-template.ts';

type Event = Bare<WorkerEvent>;

export const templateSpec = workerTemplateSpec.parse({
  name: 'metal',
  region: 'us-east-1',
  instanceType: 'c5n.metal',
  virtualization: 'metal',
  amiNamePattern: 'cml-2.9*',
  cpuCores: 72,
  memoryGb: 192,
  storageGb: 500,
  licenceType: 'ENTERPRISE',
  costPerHourUsd: 4,
});

const template: WorkerTemplate = {
  ...templateSpec,
  id: workerTemplateId.parse('metal'),
  deleted: false,
  createdAt: iso(T0),
  updatedAt: iso(T0),
};

export const attempt = (number: number): LaunchAttempt => ({
  number,
  clientToken: `token-${number}`,
  imageId: 'ami-1',
  instanceType: 'c5n.metal',
  securityGroupIds: [],
  nestedVirtualization: false,
  requestedAt: iso(T0),
});

export const conditionInput = (
  type: ConditionType,
  status: ConditionInput['status'] = 'True',
): ConditionInput => ({ type, status, reason: 'Seen', message: 'as it was seen' });

export const condition = (type: ConditionType, status?: ConditionInput['status']): Event => ({
  type: 'worker.condition.changed',
  condition: conditionInput(type, status),
});
export const moved = (from: WorkerStatus, to: WorkerStatus): Event => ({
  type: 'worker.status.updated',
  from,
  to,
});
export const launched = (number: number): Event => ({
  type: 'worker.provisioning',
  attempt: attempt(number),
});

export const request = { type: 'request', id: workerId.parse('w-1'), name: 'metal-1', template } as const;

const after = (history: readonly Event[], ...more: Event[]): readonly Event[] => [...history, ...more];

/** How a worker got there on the happy path. */
export const PENDING = after([], { ...request, type: 'worker.created' });
export const PROVISIONING = after(PENDING, launched(1), moved('PENDING', 'PROVISIONING'));
export const STARTING = after(
  PROVISIONING,
  { type: 'worker.instance.assigned', instanceId: 'i-1' },
  moved('PROVISIONING', 'STARTING'),
);
export const RUNNING = after(
  STARTING,
  condition('CmlReady'),
  condition('Licensed'),
  moved('STARTING', 'RUNNING'),
);
export const DRAINING = after(RUNNING, moved('RUNNING', 'DRAINING'));
export const STOPPED = after(DRAINING, moved('DRAINING', 'STOPPING'), moved('STOPPING', 'STOPPED'));
/** Failed, and its instance may be there still. */
export const FAILED = after(STARTING, moved('STARTING', 'FAILED'));
export const TERMINATED = after(FAILED, moved('FAILED', 'TERMINATING'), moved('TERMINATING', 'TERMINATED'));

/** Sends a command to a worker with that history. */
export function whenWorker(
  history: readonly Event[],
  wish: Wish<WorkerCommand>,
  now?: number,
): Answer<Worker, WorkerEvent> {
  return given(workerDecider, history).when(wish, now);
}
