import { createHash } from 'node:crypto';
import type { EventSender } from '../events.ts';
import type { World } from '../world.ts';
import { LdsError } from './lds-error.ts';
import {
  assertCanMove,
  type LdsDevice,
  type LdsPartRequest,
  type LdsSession,
  type LdsSessionRequest,
  type LdsState,
} from './session.ts';

/** What can be done with lab sessions, whoever asks for it. All throw LdsError 404 for an unknown id. */
export interface LdsSessions {
  /** Makes a session, every time it is called: LDS knows no idempotency here. */
  create(request: LdsSessionRequest): LdsSession;
  get(id: string): LdsSession;
  byToken(token: string): LdsSession;
  search(filter: { reference?: string; state?: string }): LdsSession[];
  addPart(id: string, part: LdsPartRequest): LdsSession;
  /** Replaces all devices of that part; their labels must differ. */
  setDevices(id: string, part: number, devices: LdsDevice[]): LdsSession;
  reschedule(id: string, times: { scheduled_date?: string; scheduled_end?: string }): LdsSession;
  /** The candidate is there. Only the first login changes anything. */
  login(id: string): LdsSession;
  pause(id: string): LdsSession;
  resume(id: string): LdsSession;
  /** The candidate has finished. */
  finish(id: string): LdsSession;
  /** Time is up: from now on the candidate can neither log in nor edit. Safe to repeat. */
  closeAccess(id: string): LdsSession;
  /** The session is over for good. Safe to repeat. */
  release(id: string): LdsSession;
}

/** Keeps the sessions in the simulator's state and says in events what happens to them. */
export function openLdsSessions(world: World, events: EventSender): LdsSessions {
  const sessions = world.state.collection<LdsSession>('ldsSessions');
  const byReference = new Map<string, string[]>();
  const byToken = new Map<string, string>();
  const now = () => new Date(world.clock.now()).toISOString();

  const index = ({ id, token, request: { candidate_reference: reference } }: LdsSession) => {
    byToken.set(token, id);
    if (reference === undefined) return;
    const ids = byReference.get(reference);
    if (ids) ids.push(id);
    else byReference.set(reference, [id]);
  };
  const inOrder = sessions.values().toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  for (const session of inOrder) index(session);

  const get = (id: string): LdsSession => {
    const session = sessions.get(id);
    if (!session) throw new LdsError(404, 'not_found', `there is no lab session ${id}`);
    return session;
  };
  const keep = (session: LdsSession): LdsSession => {
    sessions.put(session.id, session);
    return session;
  };
  const open = (id: string): LdsSession => {
    const session = get(id);
    if (session.state === 'ARCHIVED') throw new LdsError(409, 'archived', `session ${id} is ARCHIVED`);
    return session;
  };
  const tell = (session: LdsSession, what: string, detail: Record<string, unknown>) => {
    const { candidate_reference: reference, candidate_id: user_id } = session.request;
    const data = { session_id: session.id, reference: reference ?? null, user_id, ...detail };
    events.emit({ type: `io.lablet.lds.session.${what}.v1`, subject: session.id, data });
  };
  const move = (session: LdsSession, to: LdsState, changes: Partial<LdsSession> = {}): LdsSession => {
    assertCanMove(session, to);
    return keep({ ...session, ...changes, state: to });
  };
  const end = (
    session: LdsSession,
    to: LdsState,
    reason: string,
    changes: Partial<LdsSession>,
  ): LdsSession => {
    const endedAt = now();
    const ended = move(session, to, { ...changes, accessClosed: true, endedAt });
    tell(ended, 'ended', { started_at: ended.startedAt, ended_at: endedAt, reason });
    return ended;
  };
  const isUnderWay = ({ state }: LdsSession) => state === 'RUNNING' || state === 'PAUSED';

  return {
    create: (request) => {
      let id = world.random.uuid();
      // A seeded simulator that starts anew repeats its UUIDs.
      while (sessions.get(id)) id = world.random.uuid();
      const parts = (request.session_parts ?? []).map(asPart);
      const session: LdsSession = {
        id,
        state: parts.length > 0 ? 'PENDING' : 'EMPTY',
        token: createHash('sha256').update(`${id} ${world.random.uuid()}`).digest('hex').slice(0, 32),
        request,
        parts,
        accessClosed: false,
        createdAt: now(),
      };
      world.ledger.open('ldsSession', id, { reference: request.candidate_reference ?? '' });
      index(session);
      return keep(session);
    },
    get,
    byToken: (token) => {
      const id = byToken.get(token);
      if (id === undefined) throw new LdsError(404, 'not_found', 'this link leads to no lab');
      return get(id);
    },
    search: ({ reference, state }) => {
      const found = reference === undefined ? sessions.values() : (byReference.get(reference) ?? []).map(get);
      return found.filter((session) => state === undefined || session.state === state.toUpperCase());
    },
    addPart: (id, part) => {
      const session = open(id);
      const parts = [...session.parts, asPart(part, session.parts.length)];
      return session.state === 'EMPTY' ? move(session, 'PENDING', { parts }) : keep({ ...session, parts });
    },
    setDevices: (id, number, devices) => {
      const session = open(id);
      const part = session.parts.find((each) => each.number === number);
      if (!part) throw new LdsError(404, 'not_found', `session ${id} has no part ${number}`);
      const double = devices.find(
        ({ device_label }, index) =>
          devices.findIndex((other) => other.device_label === device_label) < index,
      );
      if (double) {
        throw new LdsError(400, 'duplicate_label', `two devices are labelled ${double.device_label}`);
      }
      const parts = session.parts.map((each) => (each === part ? { ...part, devices } : each));
      return keep({ ...session, parts });
    },
    reschedule: (id, times) => {
      const session = open(id);
      return keep({ ...session, request: { ...session.request, ...times } });
    },
    login: (id) => {
      const session = open(id);
      if (session.accessClosed) throw new LdsError(409, 'access_closed', 'access to this lab is closed');
      if (session.state === 'RUNNING') return session;
      if (session.state === 'PAUSED') throw new LdsError(409, 'paused', 'this lab is paused');
      const startedAt = now();
      const started = move(session, 'RUNNING', { startedAt });
      tell(started, 'running', { started_at: startedAt });
      return started;
    },
    pause: (id) => {
      const paused = move(open(id), 'PAUSED');
      tell(paused, 'paused', { started_at: paused.startedAt, paused_at: now() });
      return paused;
    },
    resume: (id) => {
      const session = open(id);
      // The table also leads from PENDING to RUNNING, but that way is the login's.
      if (session.state !== 'PAUSED') throw new LdsError(409, 'illegal_state', `session ${id} is not PAUSED`);
      const resumed = move(session, 'RUNNING');
      tell(resumed, 'resumed', { started_at: resumed.startedAt, resumed_at: now() });
      return resumed;
    },
    finish: (id) => {
      const session = get(id);
      return session.state === 'USER_FINISHED'
        ? session
        : end(open(id), 'USER_FINISHED', 'candidate_finished', {});
    },
    closeAccess: (id) => {
      const session = get(id);
      if (isUnderWay(session)) return end(session, 'USER_FINISHED', 'access_closed', {});
      return session.accessClosed ? session : keep({ ...session, accessClosed: true });
    },
    release: (id) => {
      const session = get(id);
      if (session.state === 'ARCHIVED') return session;
      const changes = { archivedAt: now(), accessClosed: true };
      const archived = isUnderWay(session)
        ? end(session, 'ARCHIVED', 'released', changes)
        : move(session, 'ARCHIVED', changes);
      world.ledger.close('ldsSession', id);
      return archived;
    },
  };
}

const asPart = (part: LdsPartRequest, index: number) => ({ ...part, number: index + 1, devices: [] });
