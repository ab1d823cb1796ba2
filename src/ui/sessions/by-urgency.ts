import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { SessionStatus } from '@lcm/core/api/vocabulary.ts';

type Facts = Pick<SessionView, 'status' | 'late' | 'atRisk' | 'onHold' | 'ending' | 'timeslot'>;

/** What a person looks for first: what is in trouble, then what is in use, then what comes, then what is over. */
const RANK: Record<SessionStatus, number> = {
  RUNNING: 4,
  COLLECTING: 4,
  GRADING: 4,
  READY: 5,
  INSTANTIATING: 6,
  STOPPED: 7,
  STOPPING: 7,
  SCHEDULED: 8,
  PENDING: 9,
  EXPIRED: 10,
  TERMINATED: 10,
  ARCHIVED: 10,
};

/** Orders sessions by how much they need somebody, then by their start; what is over, the newest first. */
export function byUrgency(a: Facts, b: Facts): number {
  const [one, other] = [rankOf(a), rankOf(b)];
  if (one !== other) return one - other;
  if (a.timeslot.start === b.timeslot.start) return 0;
  const earlier = a.timeslot.start < b.timeslot.start ? -1 : 1;
  return one >= RANK.ARCHIVED ? -earlier : earlier;
}

function rankOf({ status, late, atRisk, onHold, ending }: Facts): number {
  if (late) return 0;
  if (atRisk) return 1;
  if (status === 'TERMINATED' && ending && ending.outcome !== 'cancelled') return 2;
  if (onHold) return 3;
  return RANK[status];
}
