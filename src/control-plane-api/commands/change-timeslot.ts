import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { placementId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Placement, Session } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import { durationSeconds, heldWindow, overlap, type Timeslot } from '@lcm/core/domain/timeslot.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { refuseUnlessActing } from '../auth/access-rules.ts';
import { actorOf } from '../auth/caller.ts';
import { shortHash } from '../ids.ts';
import { oneSessionView } from '../queries/views.ts';
import { loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';
import { refuseTooFar } from './furthest-slot.ts';
import { releasePlacements } from './release-placements.ts';
import type { Action } from './session-actions.ts';

/** How often a change is decided again after the session changed under it. */
const ATTEMPTS = 8;

/** What of a slot changes: with a start the whole slot moves, without one its end does. */
export type SlotChange = (slot: Timeslot) => { start?: string; end: string };

/**
 * Changes a session's slot. The worker's ledger is asked first, so that the session never has time that
 * nobody keeps for it, and told last what is free again. Whatever a crash leaves between holds too much, never
 * too little, until the scheduler's sweep finds it.
 * @throws Refusal `doesNotFit` that names the booking in the way
 */
export async function changeTimeslot(
  services: Services,
  action: Action,
  change: SlotChange,
): Promise<SessionView> {
  for (let attempt = 1; ; attempt++) {
    const stored = await loadVisible(services, 'session', action.id, action.caller);
    refuseUnlessActing(action.caller, stored.state);
    refuseIfStale(stored, action.terms);
    const wish = change(stored.state.timeslot);
    refuseTooFar(ms(wish.end), services.clock.now());
    const timeslot = slotAfter(stored.state.timeslot, wish);
    refuseBackwards(timeslot);
    if (wish.start !== undefined) await checkMove(services, stored.state, timeslot);
    const command = commandOf(action, timeslot);
    // Asked before anything is held, so that a refused change leaves no trace.
    services.commands.rehearse('session', stored, command);
    try {
      const after = await changeHeld(services, stored, action, timeslot);
      return await oneSessionView(services, after, action.caller);
    } catch (refusal) {
      // The session went on meanwhile, a pipeline's step for one; only the caller's own version binds.
      const again = refusal instanceof Refusal && refusal.code === 'staleVersion' && attempt < ATTEMPTS;
      if (!again || action.terms.expectedVersion !== undefined) throw refusal;
    }
  }
}

async function changeHeld(
  services: Services,
  stored: Stored<Session>,
  action: Action,
  timeslot: Timeslot,
): Promise<Stored<Session>> {
  const { placement } = stored.state;
  const terms = { ...action.terms, expectedVersion: stored.version };
  if (!placement) return services.commands.execute('session', action.id, commandOf(action, timeslot), terms);
  const apart = !overlap(heldWindow(stored.state.timeslot), heldWindow(timeslot));
  return apart && stored.state.status === 'SCHEDULED'
    ? moveAway(services, stored, placement, action, timeslot)
    : stretch(services, stored, placement, action, timeslot);
}

/** Both windows are held as one while the session changes. */
async function stretch(
  services: Services,
  stored: Stored<Session>,
  { id, workerId }: Placement,
  action: Action,
  timeslot: Timeslot,
): Promise<Stored<Session>> {
  const { from, to } = heldWindow(timeslot);
  const by = actorOf(action.caller);
  const window = { placementId: id, from: iso(from), to: iso(to), sessionVersion: stored.version };
  await services.commands.execute('worker-ledger', workerId, { type: 'widen', ...window, by });
  try {
    const terms = { ...action.terms, expectedVersion: stored.version };
    return await services.commands.execute('session', action.id, commandOf(action, timeslot), terms);
  } finally {
    // What is done is done: a failure here is made good when the log is read.
    await settleWindow(services, action.id, by).catch((error: unknown) =>
      services.log.warn({ err: error, sessionId: action.id }, 'what a slot no longer needs is still held'),
    );
  }
}

/** Windows that lie apart are two reservations: the new one is made, switched to, the old one released. */
async function moveAway(
  services: Services,
  stored: Stored<Session>,
  placement: Placement,
  action: Action,
  timeslot: Timeslot,
): Promise<Stored<Session>> {
  const { state, version } = stored;
  const { correlationId } = action.terms;
  const by = actorOf(action.caller);
  const { workerId } = placement;
  const id = placementId.parse(`p-${shortHash(`${state.id}/${version}/${timeslot.start}`)}`);
  const { from, to } = heldWindow(timeslot);
  const decision = state.decision ?? {
    decidedAt: iso(services.clock.now()),
    outcome: 'placed' as const,
    best: [],
    counts: {},
    evaluated: 1,
  };
  const propose = { type: 'propose' as const, placementId: id, workerId, decision, by };
  await services.commands.execute('session', state.id, propose, { expectedVersion: version, correlationId });
  let given = { sessionId: state.id, placementId: id, workerId };
  try {
    const reservation = { ...given, from: iso(from), to: iso(to), need: state.definition.need };
    await services.commands.execute('worker-ledger', workerId, { type: 'reserve', reservation, by });
    const command = { ...commandOf(action, timeslot), placementId: id };
    const after = await services.commands.execute('session', state.id, command, { correlationId });
    given = { ...given, placementId: placement.id };
    return after;
  } catch (refusal) {
    const withdraw = { type: 'withdrawProposal' as const, placementId: id, by };
    await services.commands.execute('session', state.id, withdraw, { correlationId });
    throw refusal;
  } finally {
    await releasePlacements(services, [given], { by, correlationId });
  }
}

/**
 * Makes the reservation what the session is by now: what was held for a change that is done or came to
 * nothing is free again. A change that is under way keeps what it holds. Repeating it changes nothing.
 */
export async function settleWindow(
  services: Pick<Services, 'store' | 'commands'>,
  sessionId: string,
  by: string,
): Promise<void> {
  const stored = await services.store.load<Session>('session', sessionId);
  const placement = stored?.state.placement;
  if (!stored || !placement) return;
  const { from, to } = heldWindow(stored.state.timeslot);
  const window = { placementId: placement.id, from: iso(from), to: iso(to), sessionVersion: stored.version };
  try {
    await services.commands.execute('worker-ledger', placement.workerId, { type: 'rewindow', ...window, by });
  } catch (refusal) {
    // The session has ended meanwhile and its placement is released.
    if (!(refusal instanceof Refusal) || refusal.code !== 'notFound') throw refusal;
  }
}

const commandOf = (action: Action, timeslot: Timeslot) => ({
  type: 'changeTimeslot' as const,
  timeslot,
  by: actorOf(action.caller),
  reason: action.reason,
});

/** Times as they are written everywhere, however the request wrote them. */
function slotAfter(slot: Timeslot, { start = slot.start, end }: ReturnType<SlotChange>): Timeslot {
  return { ...slot, start: iso(ms(start)), end: iso(ms(end)) };
}

function refuseIfStale({ id, version }: Stored<Session>, { expectedVersion }: Terms): void {
  if (expectedVersion === undefined || expectedVersion === version) return;
  throw new Refusal(
    'staleVersion',
    `session ${id} is at version ${version}, not ${expectedVersion}: read it again`,
    { facts: { version } },
  );
}

function refuseBackwards(slot: Timeslot): void {
  if (ms(slot.end) > ms(slot.start)) return;
  throw new Refusal('rule', `the slot would end at ${slot.end}, before it starts`, {
    fields: [{ pointer: '/end', message: 'must be later than the start' }],
  });
}

async function checkMove(services: Services, session: Session, slot: Timeslot): Promise<void> {
  if (session.status !== 'PENDING' && session.status !== 'SCHEDULED') {
    const message = `session ${session.id} is ${session.status}: its slot has begun and can only be extended`;
    throw new Refusal('illegalTransition', message, { facts: { from: session.status } });
  }
  if (ms(slot.start) < services.clock.now() && slot.start !== session.timeslot.start) {
    throw new Refusal('rule', `the slot would start at ${slot.start}, which has passed`, {
      fields: [{ pointer: '/start', message: 'must not lie in the past' }],
    });
  }
  await refuseTooLong(services, session, slot);
}

/** Moving a slot is no way to a longer one; making it longer is for operators, who extend it. */
async function refuseTooLong(services: Services, session: Session, slot: Timeslot): Promise<void> {
  if (durationSeconds(slot) <= durationSeconds(session.timeslot)) return;
  const found = await services.store.load<Definition>('definition', session.definition.definitionId);
  const minutes = found?.state.spec.maxDurationMinutes;
  const factor = session.candidate?.accommodationFactor ?? 1;
  if (minutes === undefined || durationSeconds(slot) <= minutes * 60 * factor) return;
  throw new Refusal(
    'rule',
    `the slot would be longer than the ${minutes} minutes that its definition allows`,
    {
      fields: [{ pointer: '/end', message: `must make the slot at most ${minutes} minutes` }],
    },
  );
}
