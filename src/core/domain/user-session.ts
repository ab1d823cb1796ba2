import { z } from 'zod';
import { type Decider, isFinal, mustBecome, type TransitionTable } from './decider.ts';
import { sessionId, userSessionId } from './ids.ts';
import { illegalTransition, Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { instant, iso } from './time.ts';

export const userSessionStatus = z.enum([
  'PROVISIONING',
  'PROVISIONED',
  'ACTIVE',
  'PAUSED',
  'ENDED',
  'EXPIRED',
  'FAULTED',
]);
export type UserSessionStatus = z.infer<typeof userSessionStatus>;

/** What can happen to the LDS side of a session (reference 01, section 1.6). LDS may end one before a login. */
export const USER_SESSION_TRANSITIONS: TransitionTable<UserSessionStatus> = {
  PROVISIONING: ['PROVISIONED', 'ENDED', 'FAULTED'],
  PROVISIONED: ['ACTIVE', 'ENDED', 'EXPIRED', 'FAULTED'],
  ACTIVE: ['PAUSED', 'ENDED', 'EXPIRED', 'FAULTED'],
  PAUSED: ['ACTIVE', 'ENDED', 'EXPIRED', 'FAULTED'],
  ENDED: [],
  EXPIRED: [],
  FAULTED: [],
};

/** A way into one device of the lab, as LDS shows it to the candidate. */
export const device = z.object({
  label: z.string(),
  protocol: z.string(),
  host: z.string(),
  port: z.number().int(),
});
export type Device = z.infer<typeof device>;

/** The session at the Lab Delivery System, through which the candidate comes in. */
export const userSession = z.object({
  id: userSessionId,
  sessionId,
  ldsSessionId: z.string().optional(),
  formQualifiedName: z.string().optional(),
  loginUrl: z.string().optional(),
  devices: z.array(device),
  status: userSessionStatus,
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  message: z.string().optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type UserSession = z.infer<typeof userSession>;

export type UserSessionCommand = { by: string } & (
  | {
      type: 'open';
      id: UserSession['id'];
      sessionId: UserSession['sessionId'];
      formQualifiedName?: string | undefined;
    }
  | { type: 'provision'; ldsSessionId: string; loginUrl: string; devices: Device[] }
  | { type: 'become'; status: UserSessionStatus; message?: string | undefined }
);
export type UserSessionEvent = { at: string; by: string } & (
  | {
      type: 'user-session.created';
      id: UserSession['id'];
      sessionId: UserSession['sessionId'];
      formQualifiedName?: string | undefined;
    }
  | { type: 'user-session.provisioned'; ldsSessionId: string; loginUrl: string; devices: Device[] }
  | {
      type: 'user-session.state.changed';
      from: UserSessionStatus;
      to: UserSessionStatus;
      message?: string | undefined;
    }
);

export const userSessionDecider: Decider<UserSession, UserSessionCommand, UserSessionEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'open') {
      const { id, sessionId: session, formQualifiedName } = command;
      return state
        ? []
        : [{ type: 'user-session.created', id, sessionId: session, formQualifiedName, ...happened }];
    }
    if (!state) throw new Refusal('notFound', 'there is no such user session');
    if (command.type === 'provision') {
      const { ldsSessionId, loginUrl, devices } = command;
      const same =
        state.ldsSessionId === ldsSessionId &&
        state.loginUrl === loginUrl &&
        sameJson(state.devices, devices);
      if (same) return [];
      if (isFinal(USER_SESSION_TRANSITIONS, state.status))
        throw illegalTransition('user session', state.id, state.status, 'PROVISIONED');
      return [{ type: 'user-session.provisioned', ldsSessionId, loginUrl, devices, ...happened }];
    }
    const { status, message } = command;
    if (state.status === status) return [];
    mustBecome(USER_SESSION_TRANSITIONS, 'user session', state, status);
    return [{ type: 'user-session.state.changed', from: state.status, to: status, message, ...happened }];
  },
  evolve: (state, event) => {
    if (event.type === 'user-session.created') {
      const { id, sessionId: session, formQualifiedName, at } = event;
      return {
        id,
        sessionId: session,
        ...(formQualifiedName ? { formQualifiedName } : {}),
        devices: [],
        status: 'PROVISIONING',
        createdAt: at,
        updatedAt: at,
      };
    }
    if (!state) throw new Error(`${event.type} happened to a user session that was never opened`);
    if (event.type === 'user-session.provisioned') {
      const { ldsSessionId, loginUrl, devices, at } = event;
      const status = state.status === 'PROVISIONING' ? 'PROVISIONED' : state.status;
      return { ...state, ldsSessionId, loginUrl, devices, status, updatedAt: at };
    }
    const final = isFinal(USER_SESSION_TRANSITIONS, event.to);
    return {
      ...state,
      status: event.to,
      ...(event.to === 'ACTIVE' && !state.startedAt ? { startedAt: event.at } : {}),
      ...(final ? { endedAt: event.at } : {}),
      ...(event.message ? { message: event.message } : {}),
      updatedAt: event.at,
    };
  },
};
