import { z } from 'zod';
import type { Asked, Happened } from './decider.ts';
import type { LabRecordId, PlacementId, SessionId, WorkerId } from './ids.ts';
import { labRecordId, placementId, sessionId, workerId } from './ids.ts';
import { type Capacity, capacity, type Need, need } from './resources.ts';
import { instant } from './time.ts';

/** A promise of capacity over a stretch of time. */
export const reservation = z.object({
  placementId,
  sessionId,
  /** Lead and teardown included. */
  from: instant,
  to: instant,
  need,
  /**
   * Version of the session on which the latest change of its slot was decided. Until the session is past that
   * version the change may still come, and nothing that was widened for it is taken back.
   */
  changingFrom: z.number().int().optional(),
});
export type Reservation = z.infer<typeof reservation>;

/** Who has a port of the worker: one of our labs, by port name, or a lab that LCM did not make. */
const portOwner = z.union([
  z.object({ labRecordId, name: z.string(), sessionId: sessionId.optional() }),
  z.object({ foreign: z.literal(true) }),
]);

/**
 * `open` takes reservations; `draining` keeps those it has and takes no new ones; `closed` has none and
 * takes none.
 */
export const admission = z.enum(['open', 'draining', 'closed']);
export type Admission = z.infer<typeof admission>;

/** What is promised on a worker. It stands beside the worker, so that placements never contend with observations. */
export const workerLedger = z.object({
  workerId,
  capacity,
  /** First and last port that may be given out. */
  portRange: z.object({ first: z.number().int(), last: z.number().int() }),
  admission,
  reservations: z.record(z.string(), reservation),
  /** By port number. */
  ports: z.record(z.string(), portOwner),
  /** What labs that LCM did not make use on the worker. */
  foreign: need,
});
export type WorkerLedger = z.infer<typeof workerLedger>;

export type WorkerLedgerCommand = Asked &
  (
    | { type: 'openLedger'; workerId: WorkerId; capacity: Capacity; portRange: WorkerLedger['portRange'] }
    | { type: 'setCapacity'; capacity: Capacity }
    | { type: 'reserve'; reservation: Reservation }
    | { type: 'release'; placementId: PlacementId }
    /** Before a session's slot changes: the reservation covers the new window too. `sessionVersion` is that which the change was decided on. */
    | { type: 'widen'; placementId: PlacementId; from: string; to: string; sessionVersion: number }
    /** After it: the window of the session at that version, unless another change is under way since. */
    | { type: 'rewindow'; placementId: PlacementId; from: string; to: string; sessionVersion: number }
    /** The session overruns its window: what it still uses is nobody else's until then, where nobody else has it yet. */
    | { type: 'prolong'; placementId: PlacementId; to: string }
    | { type: 'allocatePorts'; labRecordId: LabRecordId; sessionId?: SessionId | undefined; names: string[] }
    /** A session's end: its lab keeps the ports, nobody is bound to them. */
    | { type: 'unbindPorts'; sessionId: SessionId }
    /** The lab is deleted. */
    | { type: 'releasePorts'; labRecordId: LabRecordId }
    | { type: 'observeForeign'; ports: number[]; need: Need }
    | { type: 'drain' }
    /** Refused while anything is reserved, unless forced. */
    | { type: 'close'; force: boolean }
    | { type: 'reopen' }
  );

export type WorkerLedgerEvent = Happened &
  (
    | {
        type: 'worker-ledger.opened';
        workerId: WorkerId;
        capacity: Capacity;
        portRange: WorkerLedger['portRange'];
      }
    | { type: 'worker-ledger.capacity.changed'; capacity: Capacity }
    | { type: 'worker-ledger.reserved'; reservation: Reservation }
    | { type: 'worker-ledger.released'; placementId: PlacementId }
    | {
        type: 'worker-ledger.rewindowed';
        placementId: PlacementId;
        from: string;
        to: string;
        changingFrom?: number | undefined;
      }
    | {
        type: 'worker-ledger.ports.allocated';
        labRecordId: LabRecordId;
        sessionId?: SessionId | undefined;
        ports: Record<string, number>;
      }
    | { type: 'worker-ledger.ports.unbound'; sessionId: SessionId }
    | { type: 'worker-ledger.ports.released'; labRecordId: LabRecordId }
    | { type: 'worker-ledger.foreign.observed'; ports: number[]; need: Need }
    | { type: 'worker-ledger.admission.changed'; admission: Admission }
  );

/** The ports of a lab record by their names. */
export function portsOf(ledger: WorkerLedger, record: LabRecordId): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const [port, owner] of Object.entries(ledger.ports)) {
    if ('labRecordId' in owner && owner.labRecordId === record) ports[owner.name] = Number(port);
  }
  return ports;
}
