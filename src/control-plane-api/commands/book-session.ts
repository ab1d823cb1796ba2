import type { BookingRequest, SessionView } from '@lcm/core/api/sessions.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { sessionId } from '@lcm/core/domain/ids.ts';
import { externalKey, type Owner, ownerKey } from '@lcm/core/domain/person.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Booking, SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller } from '../auth/caller.ts';
import { type IdSource, newId } from '../ids.ts';
import { oneSessionView } from '../queries/views.ts';
import type { Services } from '../services.ts';
import { bookingOf } from './booking-terms.ts';
import { takeSeat } from './seats.ts';

/** Books a session: one row in the queue, placed by the scheduler. */
export async function bookSession(
  services: Services,
  request: BookingRequest,
  caller: Caller,
  more: { idempotencyKey?: string | undefined; correlationId?: string | undefined },
): Promise<SessionView> {
  const settings = await services.settings.get();
  const booking = await bookingOf(services, request, caller, settings);
  const source = idSource(request, caller, more.idempotencyKey);
  const id = newId('s', services.random, source);
  const known = source && (await services.store.load<Session>('session', id));
  if (known) return repeated(services, known, booking, caller, more.idempotencyKey !== undefined);
  await takeQuota(services, settings, id, booking.owner);
  const command = { type: 'book' as const, by: actorOf(caller), ...booking, id: sessionId.parse(id) };
  try {
    const terms = { correlationId: more.correlationId, isNew: true };
    const stored = await services.commands.execute('session', id, command, terms);
    return await oneSessionView(services, stored, caller);
  } catch (refusal) {
    // The same request came twice at once, and the other was quicker.
    const meanwhile = await services.store.load<Session>('session', id);
    if (!meanwhile || !(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
    return repeated(services, meanwhile, booking, caller, more.idempotencyKey !== undefined);
  }
}

/** A reservation exists once, whoever sends it; otherwise the caller's key decides; without one, every booking is new. */
function idSource(request: BookingRequest, caller: Caller, key: string | undefined): IdSource | undefined {
  if (request.reservationId) return { caller: 'reservation', key: request.reservationId };
  return key === undefined ? undefined : { caller: `${caller.issuer}|${caller.subject}`, key };
}

async function repeated(
  services: Services,
  known: Stored<Session>,
  booking: Omit<Booking, 'id'>,
  caller: Caller,
  sameKey: boolean,
): Promise<SessionView> {
  const sameDefinition = known.state.definition.definitionId === booking.definition.definitionId;
  const { ownerKey: key, bookedFor } = known.state;
  // A booking system goes on naming who has claimed it in the meantime as it did.
  const sameOwner = [key, bookedFor && externalKey(bookedFor)].includes(ownerKey(booking.owner));
  if (sameDefinition && sameOwner && (sameKey || known.state.timeslot.start === booking.timeslot.start)) {
    return oneSessionView(services, known, caller);
  }
  const name = booking.reservationId ? `reservation ${booking.reservationId}` : 'this Idempotency-Key';
  throw new Refusal('conflict', `${name} has made session ${known.id} already, with other terms`, {
    facts: { sessionId: known.id },
  });
}

/** Takes a seat of the owner's quota; it is given back when the session has ended. */
async function takeQuota(
  services: Services,
  settings: SystemSettingsValues,
  holder: string,
  owner: Owner,
): Promise<void> {
  const limit = settings.maxSessionsPerOwner;
  if (limit === null) return;
  const seat = {
    allowance: quotaOf(ownerKey(owner)),
    limit,
    holder,
    kind: 'session' as const,
    by: 'booking',
  };
  await takeSeat(services, seat, (session) => isFinal(SESSION_TRANSITIONS, (session as Session).status));
}

/** The allowance that bounds how many sessions an owner has at once. */
export const quotaOf = (key: string): string => `sessions/${key}`;
