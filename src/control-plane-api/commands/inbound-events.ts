import { isFinal } from '@lcm/core/domain/decider.ts';
import type { InboundEvent } from '@lcm/core/domain/inbound-event.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_TRANSITIONS, type SessionCommand } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { UserSession, UserSessionStatus } from '@lcm/core/domain/user-session.ts';
import { shortHash } from '../ids.ts';
import type { Services } from '../services.ts';

/** A CloudEvent as far as it matters here. */
export interface Incoming {
  source: string;
  id: string;
  type: string;
  data: unknown;
}

/**
 * Takes a CloudEvent in: kept once per source and id, then applied. One that comes early waits until its
 * session is ready for it; what nobody knows is kept as ignored.
 */
export async function receiveEvent(services: Services, incoming: Incoming): Promise<InboundEvent> {
  const id = `in-${shortHash(`${incoming.source}\n${incoming.id}`)}`;
  const session = await sessionOf(services, incoming.data);
  const event = {
    id,
    source: incoming.source,
    eventId: incoming.id,
    eventType: incoming.type,
    data: incoming.data,
    ...(session ? { sessionId: session } : {}),
  };
  const received = await services.commands.execute('inbound-event', id, {
    type: 'receive',
    event,
    by: incoming.source,
  });
  return received.state.status === 'WAITING' ? applyEvent(services, received.state) : received.state;
}

/** Applies what waits for a session, in the order in which it came. */
export async function applyWaiting(services: Services, sessionId: string): Promise<void> {
  for (const event of await waiting(services, sessionId)) await applyEvent(services, event);
}

/** Applies what came under LDS's id of a session before that id was known here. */
export async function applyStrays(
  services: Services,
  { sessionId, ldsSessionId }: UserSession,
): Promise<void> {
  const tooOld = services.clock.now() - STRAY_MS;
  for (const event of await waiting(services, '')) {
    const meant = idsIn(event.data).some((id) => id === ldsSessionId);
    if (meant) await applyEvent(services, { ...event, sessionId });
    else if (ms(event.receivedAt) < tooOld) await settle(services, event, 'IGNORED', NOT_OURS);
  }
}

async function waiting(services: Services, sessionId: string): Promise<InboundEvent[]> {
  const page = await services.store.list<InboundEvent>('inbound-event', {
    where: { sessionId, status: 'WAITING' },
    sort: { field: 'receivedAt', direction: 'asc' },
    limit: 1_000,
  });
  return page.items.map(({ state }) => state);
}

/** How long an event waits for its session to be known, milliseconds. */
const STRAY_MS = 24 * 3_600_000;
const NOT_OURS = 'no session of ours is meant';

async function applyEvent(services: Services, event: InboundEvent): Promise<InboundEvent> {
  try {
    return await applyOnce(services, event);
  } catch (refusal) {
    // The session went on in between: what the event comes to is seen on what it is by now.
    if (!(refusal instanceof Refusal) || refusal.code !== 'illegalTransition') throw refusal;
    return applyOnce(services, event);
  }
}

async function applyOnce(services: Services, event: InboundEvent): Promise<InboundEvent> {
  const effect = EFFECTS.find(({ pattern }) => pattern.test(event.eventType));
  if (!effect) return settle(services, event, 'IGNORED', `nothing is done with ${event.eventType}`);
  if (!event.sessionId)
    return idsIn(event.data).length > 0 ? event : settle(services, event, 'IGNORED', NOT_OURS);
  const session = (await services.store.load<Session>('session', event.sessionId))?.state;
  if (!session) return settle(services, event, 'IGNORED', NOT_OURS);
  if (isFinal(SESSION_TRANSITIONS, session.status)) {
    return settle(services, event, 'IGNORED', `session ${session.id} is ${session.status} already`);
  }
  if (effect.userSession) await become(services, session, effect.userSession, event.source);
  const command = effect.command(session, event);
  if (command === 'wait') return event;
  if (command) {
    const asked = { ...command, by: event.source, eventId: event.id };
    await services.commands.execute('session', session.id, asked);
  }
  return settle(services, event, 'APPLIED');
}

type Wish = SessionCommand extends infer Command
  ? Command extends SessionCommand
    ? Omit<Command, 'by'>
    : never
  : never;

interface Effect {
  pattern: RegExp;
  userSession?: UserSessionStatus;
  /** The command to the session; `wait` where it comes too early, nothing where the session stays as it is. */
  command: (session: Session, event: InboundEvent) => Wish | 'wait' | undefined;
}

const EARLY = ['PENDING', 'SCHEDULED', 'INSTANTIATING'];

/** What is done with each type of event (reference 01 §6.5, 02 §4.9). */
const EFFECTS: readonly Effect[] = [
  {
    pattern: /(^|\.)lds\.session\.(running|started)(\.v1)?$/,
    userSession: 'ACTIVE',
    command: (session) => {
      if (EARLY.includes(session.status)) return 'wait';
      return session.status === 'READY'
        ? { type: 'markRunning', reason: 'the candidate logged in' }
        : undefined;
    },
  },
  { pattern: /(^|\.)lds\.session\.paused(\.v1)?$/, userSession: 'PAUSED', command: () => undefined },
  { pattern: /(^|\.)lds\.session\.resumed(\.v1)?$/, userSession: 'ACTIVE', command: () => undefined },
  {
    pattern: /(^|\.)lds\.session\.ended(\.v1)?$/,
    userSession: 'ENDED',
    command: (session) => {
      if (EARLY.includes(session.status) || session.status === 'READY') return 'wait';
      if (session.status !== 'RUNNING') return undefined;
      const reason = 'the candidate finished';
      return session.definition.collectsEvidence
        ? { type: 'startCollecting', reason }
        : { type: 'end', outcome: 'completed', reason };
    },
  },
  // The engine is asked for the result itself; its event only says that now is the time to ask.
  {
    pattern: /(^|\.)?assessment\.grading\.(completed|failed)(\.v1)?$/,
    command: () => ({ type: 'noteEvent', reason: 'the grading engine is done' }),
  },
  {
    pattern: /(^|\.)?assessment\.collection\.(completed|failed)(\.v1)?$/,
    command: () => ({ type: 'noteEvent', reason: 'the collection is done' }),
  },
];

async function become(
  services: Services,
  session: Session,
  status: UserSessionStatus,
  by: string,
): Promise<void> {
  if (!session.userSession) return;
  try {
    await services.commands.execute('user-session', session.userSession.id, { type: 'become', status, by });
  } catch (refusal) {
    // An event that comes late or twice cannot bring an ended user session back; one may not be made yet.
    if (!(refusal instanceof Refusal) || !['illegalTransition', 'notFound'].includes(refusal.code))
      throw refusal;
  }
}

async function settle(
  services: Services,
  event: InboundEvent,
  status: 'APPLIED' | 'IGNORED',
  message?: string,
): Promise<InboundEvent> {
  const stored = await services.commands.execute('inbound-event', event.id, {
    type: 'settle',
    status,
    message,
    by: 'control-plane-api',
  });
  return stored.state;
}

/** Our session, by its own id in the event or by LDS's id of it. */
async function sessionOf(services: Services, data: unknown): Promise<string | undefined> {
  for (const value of idsIn(data)) {
    // A grading's reference is the session's id and the attempt.
    const id = value.split('/')[0] ?? value;
    if (await services.store.load<Session>('session', id)) return id;
    const page = await services.store.list<UserSession>('user-session', {
      where: { ldsSessionId: value },
      limit: 1,
    });
    const found = page.items[0]?.state.sessionId;
    if (found) return found;
  }
  return undefined;
}

/** What in an event may be the id of a session, ours or LDS's. */
function idsIn(data: unknown): string[] {
  const facts = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  return ['reference', 'aggregate_id', 'lablet_session_id', 'session_id'].flatMap((name) => {
    const value = facts[name];
    return typeof value === 'string' && value.length > 0 && value.length <= 200 ? [value] : [];
  });
}
