import { type Bare, type Decider, happened, isFinal, mustBecome } from './decider.ts';
import {
  isReusable,
  LAB_TRANSITIONS,
  type LabRecord,
  type LabRecordCommand,
  type LabRecordEvent,
  type LabStatus,
} from './lab-record.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';

/** Runs kept per lab; older ones are in the event log. */
const RUNS_KEPT = 50;

/** What may be done with the record of a lab, and what comes of it. */
export const labRecordDecider: Decider<LabRecord, LabRecordCommand, LabRecordEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    return decide(state, command).map((event) => ({ ...event, ...common }));
  },
  evolve,
};

function decide(state: LabRecord | undefined, command: LabRecordCommand): Bare<LabRecordEvent>[] {
  if (command.type === 'import' || command.type === 'discover') return state ? [] : [create(command)];
  if (!state) throw new Refusal('notFound', 'there is no such lab record');
  switch (command.type) {
    case 'recordImported':
      if (state.cmlLabId === command.cmlLabId) return [];
      if (state.cmlLabId)
        throw new Refusal('conflict', `lab record ${state.id} is CML lab ${state.cmlLabId} already`);
      return [{ type: 'lab-record.imported', cmlLabId: command.cmlLabId }, ...become(state, 'DEFINED')];
    case 'recordPorts':
      return sameJson(state.ports, command.ports)
        ? []
        : [{ type: 'lab-record.ports.allocated', ports: command.ports }];
    case 'bind':
      if (state.boundTo === command.sessionId) return [];
      if (state.boundTo)
        throw new Refusal('conflict', `lab record ${state.id} is bound to session ${state.boundTo}`);
      if (!isReusable(state))
        throw new Refusal('conflict', `lab record ${state.id} is ${state.status}: it cannot be taken`);
      return [{ type: 'lab-record.bound', sessionId: command.sessionId }];
    case 'unbind':
      return state.boundTo === command.sessionId
        ? [{ type: 'lab-record.unbound', sessionId: command.sessionId }]
        : [];
    case 'become':
      return become(state, command.status, command.error);
    case 'orphan': {
      if (isFinal(LAB_TRANSITIONS, state.status) || state.status === 'ORPHANED') return [];
      const unbound: Bare<LabRecordEvent>[] = state.boundTo
        ? [{ type: 'lab-record.unbound', sessionId: state.boundTo }]
        : [];
      return [...unbound, ...become(state, 'ORPHANED')];
    }
  }
}

function create(command: Extract<LabRecordCommand, { type: 'import' | 'discover' }>): Bare<LabRecordEvent> {
  const { id, workerId: worker, title, nodeCount } = command;
  const lab = { id, workerId: worker, title, nodeCount };
  if (command.type === 'import') {
    const { marker, definitionId: definition, sessionId: boundTo } = command;
    const record = { ...lab, source: 'import' as const, status: 'IMPORTING' as const, marker };
    const bound = boundTo ? { boundTo } : {};
    return { type: 'lab-record.created', record: { ...record, definitionId: definition, ...bound } };
  }
  const { cmlLabId, status, marker } = command;
  const record = { ...lab, source: 'discovery' as const, status, cmlLabId };
  return { type: 'lab-record.created', record: { ...record, ...(marker ? { marker } : {}) } };
}

function become(state: LabRecord, to: LabStatus, error?: string): Bare<LabRecordEvent>[] {
  if (state.status === to) return [];
  mustBecome(LAB_TRANSITIONS, 'lab record', state, to);
  return [{ type: 'lab-record.state.changed', from: state.status, to, ...(error ? { error } : {}) }];
}

function evolve(state: LabRecord | undefined, event: LabRecordEvent): LabRecord {
  if (event.type === 'lab-record.created') {
    return {
      ...event.record,
      ports: {},
      statusSince: event.at,
      runs: [],
      createdAt: event.at,
      updatedAt: event.at,
    };
  }
  if (!state) throw new Error(`${event.type} happened to a lab record that was never created`);
  const next = { ...state, updatedAt: event.at };
  switch (event.type) {
    case 'lab-record.imported':
      return { ...next, cmlLabId: event.cmlLabId };
    case 'lab-record.ports.allocated':
      return { ...next, ports: event.ports };
    case 'lab-record.bound':
      return { ...next, boundTo: event.sessionId };
    case 'lab-record.unbound': {
      const { boundTo: _, ...rest } = next;
      return rest;
    }
    case 'lab-record.state.changed':
      return {
        ...next,
        status: event.to,
        statusSince: event.at,
        runs: runsAfter(state, event),
        ...(event.error ? { lastError: event.error } : {}),
      };
  }
}

/** A run opens when the lab starts and closes when it is no longer running. */
function runsAfter(
  state: LabRecord,
  event: Extract<LabRecordEvent, { type: 'lab-record.state.changed' }>,
): LabRecord['runs'] {
  const last = state.runs.at(-1);
  const open = last !== undefined && last.stoppedAt === undefined;
  const runs = ['STARTING', 'QUEUED', 'BOOTED', 'PAUSED', 'STOPPING'].includes(event.to);
  if (runs && !open) {
    return [
      ...state.runs,
      { startedAt: event.at, ...(state.boundTo ? { sessionId: state.boundTo } : {}) },
    ].slice(-RUNS_KEPT);
  }
  if (runs || !open) return state.runs;
  return [
    ...state.runs.slice(0, -1),
    { ...last, stoppedAt: event.at, ...(event.reason ? { reason: event.reason } : {}) },
  ];
}
