import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Projected } from '@lcm/core/spi/state-bus.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { ProjectedKind } from './keys.ts';

/** What a key of the bus says of an aggregate: enough to decide whether to look, and nothing that is secret. */
export function projectedOf(
  kind: ProjectedKind,
  stored: Stored<unknown>,
  events: readonly string[],
  at: string,
): Projected {
  return {
    version: stored.version,
    kind,
    id: stored.id,
    at,
    events: [...events],
    ...factsOf(kind, stored.state),
  };
}

/** Whether an aggregate that stands like this has left the bus: nothing will happen to it any more. */
export function isGone(kind: ProjectedKind, state: unknown): boolean {
  const status = statusOf(state);
  if (kind === 'session') return ['ARCHIVED', 'EXPIRED', 'TERMINATED'].includes(status);
  if (kind === 'worker') return status === 'TERMINATED';
  if (kind === 'lab-record') return status === 'DELETED' || status === 'ARCHIVED';
  if (kind === 'user-session') return ['ENDED', 'EXPIRED', 'FAULTED'].includes(status);
  if (kind === 'grading-session') return status === 'SUBMITTED' || status === 'FAULTED';
  if (kind === 'task') return status === 'DELETED';
  return false;
}

function factsOf(kind: ProjectedKind, state: unknown): Record<string, unknown> {
  switch (kind) {
    case 'session': {
      const { status, ownerKey, department, placement, timeslot, onHold } = state as Session;
      return {
        status,
        ownerKey,
        department,
        workerId: placement?.workerId,
        start: timeslot.start,
        end: timeslot.end,
        heldFrom: iso(heldWindow(timeslot).from),
        onHold,
      };
    }
    case 'worker': {
      const { status, region } = state as Worker;
      return { status, region };
    }
    case 'lab-record': {
      const { status, workerId, boundTo } = state as LabRecord;
      return { status, workerId, sessionId: boundTo };
    }
    default:
      return { status: statusOf(state) };
  }
}

function statusOf(state: unknown): string {
  return typeof state === 'object' && state !== null && 'status' in state ? String(state.status) : '';
}
