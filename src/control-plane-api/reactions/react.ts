import { isFinal } from '@lcm/core/domain/decider.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { UserSession } from '@lcm/core/domain/user-session.ts';
import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';
import { quotaOf } from '../commands/book-session.ts';
import { settleWindow } from '../commands/change-timeslot.ts';
import { settleClaim, settleReport } from '../commands/claim-sessions.ts';
import { applyStrays, applyWaiting } from '../commands/inbound-events.ts';
import { giveSeatBack } from '../commands/seats.ts';
import type { Services } from '../services.ts';

const BY = 'control-plane-api';

/**
 * What the control plane itself does when something happened: events that came too early are applied, what a
 * changed slot no longer needs is given up, what belongs to a claimed session goes with it, and the owner's quota is
 * given back at the end. Each may run twice.
 */
export async function react(services: Services, event: LoggedEvent): Promise<void> {
  try {
    await REACTIONS[event.type]?.(services, event);
  } catch (refusal) {
    // What is refused now is refused again; only what cannot be reached is worth another try.
    if (!(refusal instanceof Refusal) || refusal.code === 'unavailable' || refusal.code === 'busy')
      throw refusal;
    services.log.warn({ err: refusal, event: event.type, id: event.id }, 'nothing was done about an event');
  }
}

type Reaction = (services: Services, event: LoggedEvent) => Promise<void>;

const onReady: Reaction = (services, { id }) => applyWaiting(services, id);

const onEnd: Reaction = async (services, { id }) => {
  const session = await services.store.load<Session>('session', id);
  if (!session || !isFinal(SESSION_TRANSITIONS, session.state.status)) return;
  await giveSeatBack(services, quotaOf(session.state.ownerKey), id);
};

const onProvisioned: Reaction = async (services, { id }) => {
  const stored = await services.store.load<UserSession>('user-session', id);
  if (stored) await applyStrays(services, stored.state);
};

const onClaimed: Reaction = (services, { id }) => settleClaim(services, id);

/** By type of domain event. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  'session.ready': onReady,
  'session.running': onReady,
  'session.timeslot.changed': (services, { id }) => settleWindow(services, id, BY),
  'session.timeslot.settled': (services, { id }) => settleWindow(services, id, BY),
  'session.archived': onEnd,
  'session.expired': onEnd,
  'session.terminated': onEnd,
  'session.claimed': onClaimed,
  'score-report.submitted': (services, { id }) => settleReport(services, id),
  'user-session.provisioned': onProvisioned,
};
