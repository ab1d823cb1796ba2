import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionCommand } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import { heldWindow, type Timeslot } from '@lcm/core/domain/timeslot.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller } from '../auth/caller.ts';
import { refuseUnlessActing } from '../auth/session-access.ts';
import { loadExisting } from '../queries/load.ts';
import { oneSessionView } from '../queries/views.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';

/** A command of people to a session: without who asks, which comes from the caller. */
type Wish = SessionCommand extends infer Command
  ? Command extends SessionCommand
    ? Omit<Command, 'by'>
    : never
  : never;

/** What an action needs to know. */
export interface Action {
  id: string;
  caller: Caller;
  terms: Terms;
  reason?: string | undefined;
}

/** Sends a session the command that `wish` makes of its state, if the caller may act on it. */
export async function act(
  services: Services,
  action: Action,
  wish: (session: Session) => Wish,
): Promise<SessionView> {
  const stored = await loadExisting(services.store, 'session', action.id);
  refuseUnlessActing(action.caller, stored.state);
  const command = { ...wish(stored.state), by: actorOf(action.caller), reason: action.reason };
  const after = await services.commands.execute('session', action.id, command, action.terms);
  return oneSessionView(services, after, action.caller);
}

/** Finishes a running session now: its evidence is collected, or it simply ends where there is none to collect. */
export function finishNow(session: Session): Wish {
  if (session.definition.collectsEvidence) return { type: 'startCollecting' };
  if (session.status !== 'RUNNING' && session.status !== 'STOPPED') {
    throw new Refusal(
      'illegalTransition',
      `session ${session.id} is ${session.status}: there is nothing to finish`,
      {
        facts: { from: session.status, to: 'COLLECTING' },
      },
    );
  }
  return { type: 'end', outcome: 'completed' };
}

/**
 * Moves the slot. The worker's ledger is asked first, so that the session never has time that nobody keeps
 * for it; a slot that got shorter is told to the ledger last.
 */
export async function changeTimeslot(
  services: Services,
  action: Action,
  change: (slot: Timeslot) => { start?: string; end: string },
): Promise<SessionView> {
  const stored = await loadExisting(services.store, 'session', action.id);
  refuseUnlessActing(action.caller, stored.state);
  const { expectedVersion } = action.terms;
  if (expectedVersion !== undefined && expectedVersion !== stored.version) {
    throw new Refusal(
      'staleVersion',
      `session ${action.id} is at version ${stored.version}, not ${expectedVersion}: read it again`,
    );
  }
  const timeslot = { ...stored.state.timeslot, ...change(stored.state.timeslot) };
  await checkSlot(services, stored.state, timeslot);
  const by = actorOf(action.caller);
  await moveReservation(services, stored, union(stored.state.timeslot, timeslot), by);
  const command = { type: 'changeTimeslot' as const, timeslot, by, reason: action.reason };
  const after = await services.commands.execute('session', action.id, command, {
    ...action.terms,
    expectedVersion: stored.version,
  });
  await moveReservation(services, after, timeslot, by);
  return oneSessionView(services, after, action.caller);
}

async function checkSlot(services: Services, session: Session, slot: Timeslot): Promise<void> {
  if (ms(slot.end) <= ms(slot.start)) {
    throw new Refusal('rule', `the slot would end at ${slot.end}, before it starts`, {
      fields: [{ pointer: '/end', message: 'must be later than the start' }],
    });
  }
  if (slot.start !== session.timeslot.start && ms(slot.start) < services.clock.now()) {
    throw new Refusal('rule', `the slot would start at ${slot.start}, which has passed`, {
      fields: [{ pointer: '/start', message: 'must not lie in the past' }],
    });
  }
}

async function moveReservation(
  services: Services,
  { state }: Stored<Session>,
  slot: Timeslot,
  by: string,
): Promise<void> {
  const { placement } = state;
  if (!placement) return;
  const held = heldWindow(slot);
  const command = {
    type: 'rewindow' as const,
    placementId: placement.id,
    from: iso(held.from),
    to: iso(held.to),
    by,
  };
  await services.commands.execute('worker-ledger', placement.workerId, command);
}

/** The slot that covers both. */
function union(one: Timeslot, other: Timeslot): Timeslot {
  const start = ms(one.start) < ms(other.start) ? one.start : other.start;
  const end = ms(one.end) > ms(other.end) ? one.end : other.end;
  return { ...other, start, end };
}
