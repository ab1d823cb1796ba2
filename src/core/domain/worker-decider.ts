import { type Bare, type Decider, happened, mustBecome } from './decider.ts';
import { illegalTransition, Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { ms } from './time.ts';
import { mayHaveInstance, WORKER_TRANSITIONS, type WorkerCommand, type WorkerEvent } from './worker.ts';
import {
  conditionOf,
  holds,
  type LaunchAttempt,
  type Worker,
  type WorkerObservation,
  type WorkerStatus,
} from './worker-state.ts';

/** Transitions kept per worker; older ones are in the event log. */
const HISTORY_LENGTH = 100;

/** The worker aggregate; what can happen to it stands in worker.ts. */
export const workerDecider: Decider<Worker, WorkerCommand, WorkerEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    return decide(state, command).map((event) => ({ ...event, ...common }));
  },
  evolve,
};

function decide(state: Worker | undefined, command: WorkerCommand): Bare<WorkerEvent>[] {
  if (command.type === 'request') {
    if (state) throw new Refusal('conflict', `worker ${state.id} exists already`);
    const { id, name, template, provisionAt, forSession } = command;
    return [{ type: 'worker.created', id, name, template, provisionAt, forSession }];
  }
  if (!state) throw new Refusal('notFound', 'there is no such worker');
  switch (command.type) {
    case 'plan':
      if (state.status !== 'PENDING')
        throw new Refusal('conflict', `worker ${state.id} is ${state.status}: too late to plan it anew`);
      return state.provisionAt === command.provisionAt
        ? []
        : [{ type: 'worker.planned', provisionAt: command.provisionAt }];
    case 'requestInstance':
      return requestInstance(state, command.attempt);
    case 'recordInstance':
      return recordInstance(state, command.instanceId);
    case 'instanceRunning':
      return starting(state, 'PROVISIONING');
    case 'observe':
      return changes(state, command.observation)
        ? [{ type: 'worker.observed', observation: command.observation }]
        : [];
    case 'setCondition': {
      const { type, status, reason, message } = command.condition;
      const known = conditionOf(state, type);
      const same = known?.status === status && known.reason === reason && known.message === message;
      return same ? [] : [{ type: 'worker.condition.changed', condition: command.condition }];
    }
    case 'becomeReady':
      return becomeReady(state);
    case 'loseCml':
      return starting(state, 'RUNNING');
    case 'retry':
      if (state.status === 'PENDING') return [];
      refuseWithInstance(state);
      return to(state, 'PENDING');
    case 'terminate':
      return terminate(state);
    case 'markTerminated':
      return state.status === 'TERMINATED' ? [] : to(state, 'TERMINATED');
    case 'start':
      // Started already; the table's way from RUNNING to STARTING is that of a CML that was lost.
      return state.status === 'RUNNING' ? [] : starting(state, 'STOPPED');
    case 'undrain':
      // The table's other way to RUNNING is `becomeReady`, which has conditions.
      if (state.status === 'RUNNING') return [];
      if (state.status !== 'DRAINING') throw illegalTransition('worker', state.id, state.status, 'RUNNING');
      return to(state, 'RUNNING');
    case 'snooze':
      return state.snoozedUntil === command.until ? [] : [{ type: 'worker.snoozed', until: command.until }];
    case 'pauseReconcile':
      return state.reconcilePaused ? [] : [{ type: 'worker.reconcile.paused' }];
    case 'resumeReconcile':
      return state.reconcilePaused ? [{ type: 'worker.reconcile.resumed' }] : [];
    default: {
      const target = TARGETS[command.type];
      return state.status === target ? [] : to(state, target);
    }
  }
}

const TARGETS = {
  drain: 'DRAINING',
  stop: 'STOPPING',
  markStopped: 'STOPPED',
  fail: 'FAILED',
} as const satisfies Record<string, WorkerStatus>;

function to(state: Worker, target: WorkerStatus): Bare<WorkerEvent>[] {
  mustBecome(WORKER_TRANSITIONS, 'worker', state, target);
  return [{ type: 'worker.status.updated', from: state.status, to: target }];
}

/** STARTING is come to in several ways: each command knows the one state that it speaks of. */
function starting(state: Worker, from: WorkerStatus): Bare<WorkerEvent>[] {
  if (state.status === 'STARTING') return [];
  if (state.status !== from) throw illegalTransition('worker', state.id, state.status, 'STARTING');
  return to(state, 'STARTING');
}

/** An attempt that came to nothing is followed by another, elsewhere, as soon as it is known to have left nothing. */
function requestInstance(state: Worker, attempt: LaunchAttempt): Bare<WorkerEvent>[] {
  if (state.attempt?.clientToken === attempt.clientToken) return [];
  const entered = state.status === 'PROVISIONING' ? [] : to(state, 'PROVISIONING');
  refuseWithInstance(state);
  return [{ type: 'worker.provisioning', attempt }, ...entered];
}

function refuseWithInstance(state: Worker): void {
  if (!mayHaveInstance(state)) return;
  const which = state.instanceId ?? 'of an unconfirmed launch';
  throw new Refusal('conflict', `worker ${state.id} may still have instance ${which}`);
}

function recordInstance(state: Worker, instanceId: string): Bare<WorkerEvent>[] {
  if (state.instanceId === instanceId) return [];
  if (!state.attempt) throw new Refusal('conflict', `worker ${state.id} has asked for no instance`);
  if (state.instanceId)
    throw new Refusal('conflict', `worker ${state.id} has instance ${state.instanceId} already`);
  return [{ type: 'worker.instance.assigned', instanceId }];
}

function becomeReady(state: Worker): Bare<WorkerEvent>[] {
  if (state.status === 'RUNNING') return [];
  for (const needed of ['CmlReady', 'Licensed'] as const) {
    if (!holds(state, needed))
      throw new Refusal('conflict', `worker ${state.id} is not schedulable: ${needed} is not true`);
  }
  // DRAINING goes back to RUNNING by `undrain` only.
  if (state.status !== 'STARTING') throw illegalTransition('worker', state.id, state.status, 'RUNNING');
  return to(state, 'RUNNING');
}

/** A worker that never asked for an instance is simply gone; any other is confirmed gone first. */
function terminate(state: Worker): Bare<WorkerEvent>[] {
  if (state.status === 'TERMINATING' || state.status === 'TERMINATED') return [];
  return to(state, state.status === 'PENDING' && !mayHaveInstance(state) ? 'TERMINATED' : 'TERMINATING');
}

function changes(state: Worker, observation: WorkerObservation): boolean {
  return Object.entries(observation).some(([part, value]) => {
    const known = state[part as keyof WorkerObservation];
    return value !== undefined && !sameJson(value, known);
  });
}

function evolve(state: Worker | undefined, event: WorkerEvent): Worker {
  if (event.type === 'worker.created') return created(event);
  if (!state) throw new Error(`${event.type} happened to a worker that was never asked for`);
  const next = { ...state, updatedAt: event.at };
  switch (event.type) {
    case 'worker.planned':
      return { ...next, provisionAt: event.provisionAt };
    case 'worker.provisioning': {
      // A new attempt starts from nothing: facts and conditions of the one before are no longer true.
      const { instanceId: _, instance: __, cml: ___, licence: ____, labs: _____, ...rest } = next;
      return { ...rest, attempt: event.attempt, attempts: event.attempt.number, conditions: [] };
    }
    case 'worker.instance.assigned':
      return { ...next, instanceId: event.instanceId };
    case 'worker.observed':
      return { ...next, ...present(event.observation), billing: billed(next, event.observation, event.at) };
    case 'worker.condition.changed': {
      const known = conditionOf(state, event.condition.type);
      const since = known?.status === event.condition.status ? known.since : event.at;
      const others = state.conditions.filter((one) => one.type !== event.condition.type);
      return { ...next, conditions: [...others, { ...event.condition, since }] };
    }
    case 'worker.status.updated':
      return enter(next, event);
    case 'worker.snoozed':
      return { ...next, snoozedUntil: event.until };
    case 'worker.reconcile.paused':
      return { ...next, reconcilePaused: true };
    case 'worker.reconcile.resumed':
      return { ...next, reconcilePaused: false };
  }
}

function created(event: Extract<WorkerEvent, { type: 'worker.created' }>): Worker {
  return {
    id: event.id,
    name: event.name,
    region: event.template.region,
    template: event.template,
    status: 'PENDING',
    statusSince: event.at,
    ...(event.provisionAt ? { provisionAt: event.provisionAt } : {}),
    ...(event.forSession ? { forSession: event.forSession } : {}),
    attempts: 0,
    conditions: [],
    reconcilePaused: false,
    billing: { seconds: 0 },
    history: [{ from: null, to: 'PENDING', at: event.at, by: event.by }],
    createdAt: event.at,
    updatedAt: event.at,
  };
}

function enter(state: Worker, event: Extract<WorkerEvent, { type: 'worker.status.updated' }>): Worker {
  const step = {
    from: event.from,
    to: event.to,
    at: event.at,
    by: event.by,
    ...(event.reason ? { reason: event.reason } : {}),
  };
  return {
    ...state,
    status: event.to,
    statusSince: event.at,
    history: [...state.history, step].slice(-HISTORY_LENGTH),
  };
}

/** EC2 charges from `pending` on until the instance is stopped or terminated. */
function billed(state: Worker, observation: WorkerObservation, at: string): Worker['billing'] {
  if (!observation.instance) return state.billing;
  const { seconds, since } = state.billing;
  const paid = ['pending', 'running', 'stopping', 'shutting-down'].includes(observation.instance.state);
  if (paid) return { seconds, since: since ?? observation.instance.launchedAt ?? at };
  return since ? { seconds: seconds + Math.max(0, (ms(at) - ms(since)) / 1000) } : { seconds };
}

function present<T extends object>(parts: T): Partial<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Partial<T>;
}
