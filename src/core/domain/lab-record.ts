import { z } from 'zod';
import {
  type Asked,
  type Bare,
  type Decider,
  type Happened,
  happened,
  isFinal,
  mustBecome,
  type TransitionTable,
} from './decider.ts';
import { definitionId, labRecordId, type SessionId, sessionId, workerId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { instant } from './time.ts';

export const LAB_STATUSES = [
  'DISCOVERED',
  'IMPORTING',
  'DEFINED',
  'STARTING',
  'QUEUED',
  'BOOTED',
  'PAUSED',
  'STOPPING',
  'STOPPED',
  'WIPING',
  'WIPED',
  'DELETING',
  'DELETED',
  'ARCHIVED',
  'ERROR',
  'ORPHANED',
] as const;
export const labStatus = z.enum(LAB_STATUSES);
export type LabStatus = (typeof LAB_STATUSES)[number];

/** What can happen to a lab record (reference 01, section 1.5). Discovery goes through the same machine. */
export const LAB_TRANSITIONS: TransitionTable<LabStatus> = {
  DISCOVERED: ['IMPORTING', 'DEFINED', 'STARTING', 'BOOTED', 'STOPPED', 'WIPED', 'DELETED', 'ORPHANED'],
  IMPORTING: ['DEFINED', 'ERROR', 'ORPHANED'],
  DEFINED: ['STARTING', 'BOOTED', 'WIPING', 'DELETING', 'DELETED', 'ORPHANED', 'ERROR'],
  STARTING: ['QUEUED', 'BOOTED', 'STOPPED', 'ERROR', 'ORPHANED'],
  QUEUED: ['BOOTED', 'STOPPED', 'ERROR', 'ORPHANED'],
  BOOTED: ['STOPPING', 'STOPPED', 'PAUSED', 'WIPED', 'ERROR', 'ORPHANED'],
  PAUSED: ['STARTING', 'BOOTED', 'STOPPING', 'STOPPED', 'ERROR', 'ORPHANED'],
  STOPPING: ['STOPPED', 'ERROR', 'ORPHANED'],
  STOPPED: ['STARTING', 'BOOTED', 'WIPING', 'WIPED', 'DELETING', 'DELETED', 'ARCHIVED', 'ORPHANED', 'ERROR'],
  WIPING: ['WIPED', 'ERROR', 'ORPHANED'],
  WIPED: ['STARTING', 'BOOTED', 'DELETING', 'DELETED', 'ARCHIVED', 'ORPHANED'],
  DELETING: ['DELETED', 'ERROR', 'ORPHANED'],
  DELETED: [],
  ARCHIVED: [],
  ERROR: ['STARTING', 'STOPPING', 'WIPING', 'WIPED', 'DELETING', 'DELETED', 'DEFINED', 'ORPHANED'],
  ORPHANED: ['DELETED', 'ARCHIVED'],
};

/** Runs kept per lab; older ones are in the event log. */
const RUNS_KEPT = 50;

const run = z.object({
  sessionId: sessionId.optional(),
  startedAt: instant,
  stoppedAt: instant.optional(),
  reason: z.string().optional(),
});

/** One CML lab on one worker, known whether LCM made it or found it. */
export const labRecord = z.object({
  id: labRecordId,
  workerId,
  /** CML's id of it; not known before its import was answered. */
  cmlLabId: z.string().optional(),
  title: z.string(),
  source: z.enum(['import', 'discovery']),
  /** `lcm:<installation>/<session>/<attempt>` in the lab's notes, by which it is found again. */
  marker: z.string().optional(),
  definitionId: definitionId.optional(),
  nodeCount: z.number().int(),
  ports: z.record(z.string(), z.number().int()),
  status: labStatus,
  statusSince: instant,
  /** The session that has it, if any. One at a time. */
  boundTo: sessionId.optional(),
  runs: z.array(run),
  lastError: z.string().optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type LabRecord = z.infer<typeof labRecord>;

export type LabRecordCommand = Asked &
  (
    | {
        type: 'import';
        id: LabRecord['id'];
        workerId: LabRecord['workerId'];
        title: string;
        marker: string;
        definitionId: LabRecord['definitionId'] & string;
        nodeCount: number;
        /** Absent for a lab that is made to be claimed later. */
        sessionId?: SessionId | undefined;
      }
    | {
        type: 'discover';
        id: LabRecord['id'];
        workerId: LabRecord['workerId'];
        cmlLabId: string;
        title: string;
        nodeCount: number;
        status: LabStatus;
        marker?: string | undefined;
      }
    | { type: 'recordImported'; cmlLabId: string }
    | { type: 'recordPorts'; ports: Record<string, number> }
    /** Claims a lab for a session; refused where another has it. */
    | { type: 'bind'; sessionId: SessionId }
    | { type: 'unbind'; sessionId: SessionId }
    | { type: 'become'; status: LabStatus; error?: string | undefined }
    | { type: 'orphan' }
  );

export type LabRecordEvent = Happened &
  (
    | {
        type: 'lab-record.created';
        record: Pick<LabRecord, 'id' | 'workerId' | 'title' | 'source' | 'nodeCount' | 'status'> &
          Partial<Pick<LabRecord, 'cmlLabId' | 'marker' | 'definitionId' | 'boundTo'>>;
      }
    | { type: 'lab-record.imported'; cmlLabId: string }
    | { type: 'lab-record.ports.allocated'; ports: Record<string, number> }
    | { type: 'lab-record.bound'; sessionId: SessionId }
    | { type: 'lab-record.unbound'; sessionId: SessionId }
    | { type: 'lab-record.state.changed'; from: LabStatus; to: LabStatus; error?: string | undefined }
  );

/** Whether a lab of this record may be taken for another session as it is or after a wipe. */
export function isReusable(record: LabRecord): boolean {
  return (
    record.boundTo === undefined &&
    (record.status === 'WIPED' || record.status === 'STOPPED' || record.status === 'DEFINED')
  );
}

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
