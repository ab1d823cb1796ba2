import type { PlacementId, SessionId } from '../domain/ids.ts';
import type { Need } from '../domain/resources.ts';
import { iso } from '../domain/time.ts';
import type { Reservation } from '../domain/worker-ledger.ts';
import type { WorkerCandidate } from './candidate.ts';
import type { PlacementRequest } from './request.ts';

/** 2026-03-02T08:00Z: a Monday morning on which tests begin. */
export const MORNING = Date.UTC(2026, 2, 2, 8);
export const HOUR = 3_600_000;
export const MINUTE = 60_000;

export const NO_NEED: Need = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };
export const SMALL: Need = { cpuCores: 4, memoryGb: 8, storageGb: 10, nodes: 5, ports: 5 };

/** A running worker with 48 cores and an ENTERPRISE licence, unless said otherwise. */
export function aCandidate(workerId: string, more: Partial<WorkerCandidate> = {}): WorkerCandidate {
  return {
    workerId,
    name: workerId,
    region: 'us-east-1',
    status: 'RUNNING',
    placeable: true,
    licenceType: 'ENTERPRISE',
    cmlVersion: '2.9.1+build.7',
    nodeDefinitions: ['iosv', 'iosvl2', 'server'],
    availableAt: Number.NEGATIVE_INFINITY,
    planned: false,
    capacity: { cpuCores: 48, memoryGb: 192, storageGb: 256, nodes: 200, ports: 6_000, sessions: 1_000 },
    foreign: NO_NEED,
    admission: 'open',
    reservations: [],
    ...more,
  };
}

/** A request for a small lab from 10 to 12 o'clock, unless said otherwise. */
export function aRequest(more: Partial<PlacementRequest> = {}): PlacementRequest {
  const window = more.window ?? { from: MORNING + 2 * HOUR, to: MORNING + 4 * HOUR };
  return {
    window,
    latestReady: window.to - HOUR / 2,
    need: SMALL,
    licenceAffinity: [],
    cmlVersion: {},
    nodeDefinitions: [],
    avoidWorkers: [],
    ...more,
  };
}

/** A reservation between two moments. */
export function aReservation(id: string, from: number, to: number, need: Need = SMALL): Reservation {
  return {
    placementId: id as PlacementId,
    sessionId: `session-${id}` as SessionId,
    from: iso(from),
    to: iso(to),
    need,
  };
}
