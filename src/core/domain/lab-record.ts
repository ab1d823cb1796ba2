import { z } from 'zod';
import type { Asked, Happened, TransitionTable } from './decider.ts';
import { definitionId, labRecordId, type SessionId, sessionId, workerId } from './ids.ts';
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
