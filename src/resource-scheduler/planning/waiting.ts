import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { SchedulingReason } from '@lcm/core/domain/scheduling-reason.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import { canStillBeMet, heldWindow } from '@lcm/core/domain/timeslot.ts';

/** A session that waits for a worker, as it was read. */
export interface Waiting {
  id: string;
  version: number;
  session: Session;
  /** Absent where the definition it was booked with is not there. */
  definition: Definition | undefined;
}

/** The order of the queue: by start, then by booking; the id makes it the same everywhere. */
export function queueOrder(one: Waiting, other: Waiting): number {
  return (
    ms(one.session.timeslot.start) - ms(other.session.timeslot.start) ||
    ms(one.session.createdAt) - ms(other.session.createdAt) ||
    (one.id < other.id ? -1 : 1)
  );
}

/** Whether the slot is lost: a lab that is begun now would not be ready before its end. */
export function isMissed({ session }: Waiting, now: number): boolean {
  return !canStillBeMet(session.timeslot, now);
}

/** Why the session is not to be placed now, whatever there is room for; nothing where it is. */
export function obstacle(
  { session, definition }: Waiting,
  now: number,
  horizonDays: number,
): SchedulingReason | undefined {
  if (session.onHold)
    return { code: 'OnHold', message: 'The session is on hold: release it to have it placed.' };
  if (!definition) {
    const { name, version } = session.definition;
    return {
      code: 'Misconfigured',
      message: `Definition ${name} ${version} does not exist any more: book another.`,
    };
  }
  const broken = definition.facts.findings.find(({ severity }) => severity === 'error');
  if (broken) return { code: 'Misconfigured', message: `Its topology cannot be used: ${broken.message}` };
  const plannedFrom = heldWindow(session.timeslot).from - horizonDays * DAY_MS;
  if (plannedFrom <= now) return undefined;
  const at = iso(plannedFrom);
  return {
    code: 'TooEarly',
    message: `It begins more than ${horizonDays} days ahead and is placed from ${at} on.`,
    expectedAt: at,
  };
}

const DAY_MS = 86_400_000;
