import type { Asked, Happened, TransitionTable } from './decider.ts';
import type { SessionId, WorkerId } from './ids.ts';
import type {
  ConditionInput,
  LaunchAttempt,
  Worker,
  WorkerObservation,
  WorkerStatus,
} from './worker-state.ts';
import type { WorkerTemplate } from './worker-template.ts';

/** What can happen to a worker (PRODUCT.md, State machines). */
export const WORKER_TRANSITIONS: TransitionTable<WorkerStatus> = {
  PENDING: ['PROVISIONING', 'FAILED', 'TERMINATED'],
  PROVISIONING: ['STARTING', 'FAILED', 'TERMINATING'],
  STARTING: ['RUNNING', 'STOPPING', 'FAILED', 'TERMINATING'],
  RUNNING: ['DRAINING', 'STOPPING', 'STARTING', 'FAILED', 'TERMINATING'],
  DRAINING: ['RUNNING', 'STOPPING', 'FAILED', 'TERMINATING'],
  STOPPING: ['STOPPED', 'FAILED', 'TERMINATING'],
  STOPPED: ['STARTING', 'TERMINATING'],
  FAILED: ['PENDING', 'TERMINATING'],
  TERMINATING: ['TERMINATED'],
  TERMINATED: [],
};

/** Workers that sessions may be placed on, now or planned ahead. */
export const PLACEABLE_STATUSES: readonly WorkerStatus[] = ['PENDING', 'PROVISIONING', 'STARTING', 'RUNNING'];

/** Whether an instance of this worker may exist. */
export function mayHaveInstance(worker: Worker): boolean {
  const gone = worker.conditions.some((one) => one.type === 'InstanceTerminated' && one.status === 'True');
  return worker.attempt !== undefined && !gone;
}

export type WorkerCommand = Asked &
  (
    | {
        type: 'request';
        id: WorkerId;
        name: string;
        template: WorkerTemplate;
        provisionAt?: string | undefined;
        forSession?: SessionId | undefined;
      }
    /** Moves the time at which a worker that nothing was done for yet is made. */
    | { type: 'plan'; provisionAt: string }
    | { type: 'requestInstance'; attempt: LaunchAttempt }
    | { type: 'recordInstance'; instanceId: string }
    | { type: 'instanceRunning' }
    | { type: 'observe'; observation: WorkerObservation }
    | { type: 'setCondition'; condition: ConditionInput }
    /** CML answers ready and the licence is in compliance. */
    | { type: 'becomeReady' }
    | { type: 'loseCml' }
    | { type: 'drain' }
    | { type: 'undrain' }
    | { type: 'stop' }
    | { type: 'markStopped' }
    | { type: 'start' }
    | { type: 'fail' }
    | { type: 'retry' }
    | { type: 'terminate' }
    | { type: 'markTerminated' }
    | { type: 'snooze'; until: string }
    | { type: 'pauseReconcile' }
    | { type: 'resumeReconcile' }
  );

export type WorkerEvent = Happened &
  (
    | {
        type: 'worker.created';
        id: WorkerId;
        name: string;
        template: WorkerTemplate;
        provisionAt?: string | undefined;
        forSession?: SessionId | undefined;
      }
    | { type: 'worker.planned'; provisionAt: string }
    | { type: 'worker.provisioning'; attempt: LaunchAttempt }
    | { type: 'worker.instance.assigned'; instanceId: string }
    | { type: 'worker.observed'; observation: WorkerObservation }
    | { type: 'worker.condition.changed'; condition: ConditionInput }
    | { type: 'worker.status.updated'; from: WorkerStatus; to: WorkerStatus }
    | { type: 'worker.snoozed'; until: string }
    | { type: 'worker.reconcile.paused' }
    | { type: 'worker.reconcile.resumed' }
  );
