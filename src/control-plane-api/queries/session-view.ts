import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { SchedulingReason } from '@lcm/core/domain/scheduling-reason.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { readsCandidate } from '../auth/access-rules.ts';
import type { Caller } from '../auth/caller.ts';
import { sessionCostUsd } from './cost.ts';
import { withoutCandidate } from './withheld.ts';

/** What a view of a session is made from besides the session. */
export interface SessionSurroundings {
  now: number;
  settings: SystemSettingsValues;
  /** The worker it is on, or was on last. */
  worker?: Worker | undefined;
  /** Its place among the PENDING, from 1. */
  queuePlace?: number | undefined;
}

/** A session as the caller may see it. */
export function sessionView(
  stored: Stored<Session>,
  caller: Caller,
  around: SessionSurroundings,
): SessionView {
  const { inbound: _, releases: __, avoidWorkers: ___, ...shown } = stored.state;
  const standing = standingOf(stored.state, around);
  const view: SessionView = {
    ...shown,
    version: stored.version,
    ...(standing ? { standing } : {}),
    ...(around.worker ? { workerName: around.worker.name } : {}),
    costUsd: sessionCostUsd(stored.state, around.worker, around.now),
    late: isLate(stored.state, around.now),
    atRisk: isAtRisk(stored.state, around),
  };
  return readsCandidate(caller, stored.state) ? view : withoutCandidate(view);
}

const WAITING = ['PENDING', 'SCHEDULED', 'INSTANTIATING'];

function standingOf(session: Session, around: SessionSurroundings): SessionView['standing'] {
  if (!WAITING.includes(session.status) || session.ending) return undefined;
  const reason = reasonOf(session, around);
  const estimate = estimateOf(session, around);
  return {
    ...(reason ? { reason } : {}),
    ...(session.status === 'PENDING' && around.queuePlace ? { queuePlace: around.queuePlace } : {}),
    ...(estimate ? { readyEstimate: estimate } : {}),
  };
}

/** The one reason that is shown: what holds it back first (PRODUCT.md, Scheduling). */
function reasonOf(
  session: Session,
  { now, settings, worker }: SessionSurroundings,
): SchedulingReason | undefined {
  if (session.onHold) return { code: 'OnHold', message: 'An operator keeps it from being placed' };
  if (session.status === 'PENDING') {
    const horizon = now + settings.planningHorizonDays * 86_400_000;
    if (ms(session.timeslot.start) > horizon) {
      const expectedAt = iso(ms(session.timeslot.start) - settings.planningHorizonDays * 86_400_000);
      return {
        code: 'TooEarly',
        message: `It is placed within ${settings.planningHorizonDays} days of its start`,
        expectedAt,
      };
    }
    return (
      session.decision?.reason ?? {
        code: 'PendingEvaluation',
        message: 'The scheduler has not looked at it yet',
      }
    );
  }
  if (session.status === 'SCHEDULED' && worker && worker.status !== 'RUNNING') {
    const expectedAt = worker.provisionAt
      ? iso(ms(worker.provisionAt) + settings.workerLeadSeconds * 1000)
      : undefined;
    const message = `Worker ${worker.name} is ${worker.status}`;
    return { code: 'WaitingForWorker', message, ...(expectedAt ? { expectedAt } : {}) };
  }
  if (session.status === 'SCHEDULED' && now < heldWindow(session.timeslot).from) {
    const expectedAt = iso(heldWindow(session.timeslot).from);
    return { code: 'TooEarly', message: 'Its lab is built shortly before the start', expectedAt };
  }
  return undefined;
}

function estimateOf(session: Session, { now, settings, worker }: SessionSurroundings): string | undefined {
  if (session.status === 'PENDING') return session.decision?.reason?.expectedAt;
  const lead = session.timeslot.leadSeconds * 1000;
  if (session.status === 'INSTANTIATING') return iso(Math.max(now, ms(session.statusSince) + lead));
  const workerAt =
    worker && worker.status !== 'RUNNING'
      ? (worker.provisionAt ? ms(worker.provisionAt) : ms(worker.createdAt)) +
        settings.workerLeadSeconds * 1000
      : now;
  return iso(Math.max(ms(session.timeslot.start), workerAt + lead));
}

/** Whether its slot has begun and the candidate cannot work yet. */
function isLate(session: Session, now: number): boolean {
  return WAITING.includes(session.status) && !session.ending && now > ms(session.timeslot.start);
}

/** Whether it is about to be late: nothing is placed, or the lab is not being built, when it should be. */
function isAtRisk(session: Session, { now }: SessionSurroundings): boolean {
  if (session.ending || session.onHold) return false;
  const from = heldWindow(session.timeslot).from;
  if (session.status === 'PENDING') return now > from || session.placements > 0;
  return session.status === 'SCHEDULED' && now > from + (session.timeslot.leadSeconds * 1000) / 2;
}
