import { LdsError } from './lds-error.ts';

/** The states of an LDS lab session. PRELAUNCH exists in LDS, but lablets never enter it. */
export type LdsState =
  | 'EMPTY'
  | 'PENDING'
  | 'PRELAUNCH'
  | 'RUNNING'
  | 'PAUSED'
  | 'USER_FINISHED'
  | 'ARCHIVED';

/** One device of a session part, as the reservation client describes it. */
export interface LdsDevice {
  device_label: string;
  protocol: string;
  host: string;
  port?: number;
  uri?: string;
  username?: string;
  password?: string;
}

/** What a part of the session is made from: a form of some repository. */
export interface LdsPartRequest {
  repository_type: string;
  /** Six space-separated words, such as `Exam Associate CCNA v1.1 LAB 1.3a`. */
  form_qualified_name: string;
  variables?: Record<string, unknown>;
}

/** A reservation as the client asks for it. Names are those of the LDS wire. */
export interface LdsSessionRequest {
  origin: string;
  auth_id: string;
  auth_id_type?: string;
  candidate_id: string;
  /** The client's own id of this session: the field by which it finds it again. */
  candidate_reference?: string;
  first_name?: string;
  last_name?: string;
  /** UTC ISO 8601. */
  scheduled_date: string;
  /** UTC ISO 8601; the candidate's page counts down to it. */
  scheduled_end?: string;
  session_parts?: LdsPartRequest[];
}

/** One lab session, as it is kept. Times are UTC ISO 8601. */
export interface LdsSession {
  id: string;
  state: LdsState;
  /** The secret in the launch URL. */
  token: string;
  request: LdsSessionRequest;
  parts: (LdsPartRequest & { number: number; devices: LdsDevice[] })[];
  /** True from time-up on: whatever the state, the candidate can neither log in nor edit. */
  accessClosed: boolean;
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
  archivedAt?: string;
}

/** From which state a session can go to which. */
const ldsTransitions: Readonly<Record<LdsState, readonly LdsState[]>> = {
  EMPTY: ['PENDING', 'ARCHIVED'],
  PENDING: ['PRELAUNCH', 'RUNNING', 'ARCHIVED'],
  PRELAUNCH: ['RUNNING', 'ARCHIVED'],
  RUNNING: ['PAUSED', 'USER_FINISHED', 'ARCHIVED'],
  PAUSED: ['RUNNING', 'USER_FINISHED', 'ARCHIVED'],
  USER_FINISHED: ['ARCHIVED'],
  ARCHIVED: [],
};

/** @throws LdsError 409 where the table has no such transition */
export function assertCanMove(session: LdsSession, to: LdsState): void {
  if (ldsTransitions[session.state].includes(to)) return;
  throw new LdsError(
    409,
    'illegal_state',
    `session ${session.id} is ${session.state}, it cannot become ${to}`,
  );
}

/** True while the candidate may look at devices and change them. */
export const mayEdit = (session: LdsSession) => session.state === 'RUNNING' && !session.accessClosed;

/** The name to greet the candidate by. */
export const candidateName = ({ request }: LdsSession) =>
  [request.first_name, request.last_name].filter(Boolean).join(' ') || request.candidate_id;
