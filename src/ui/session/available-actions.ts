import { publicContract } from '@lcm/core/api/contract.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';

/** What can be asked of a session. */
export type SessionAction =
  | 'extend'
  | 'collect'
  | 'pause'
  | 'resume'
  | 'hold'
  | 'unhold'
  | 'grade'
  | 'cancel';

type Facts = Pick<SessionView, 'status' | 'ending' | 'onHold' | 'evidenceKey' | 'definition'>;

/** When each makes sense; the server has the last word. The first that is possible is the primary one. */
const WHEN: Record<SessionAction, (view: Facts) => boolean> = {
  extend: ({ status, ending }) => !ending && (status === 'READY' || status === 'RUNNING'),
  collect: ({ status, definition }) => status === 'RUNNING' && definition.collectsEvidence,
  resume: ({ status, ending }) => status === 'STOPPED' && !ending,
  pause: ({ status }) => status === 'READY' || status === 'RUNNING',
  unhold: ({ status, onHold }) => status === 'PENDING' && onHold,
  hold: ({ status, onHold }) => status === 'PENDING' && !onHold,
  grade: ({ status, evidenceKey, definition }) =>
    status === 'ARCHIVED' && evidenceKey !== undefined && definition.grades,
  cancel: ({ status, ending }) =>
    !ending && !['STOPPING', 'ARCHIVED', 'EXPIRED', 'TERMINATED'].includes(status),
};

/** What somebody may ask of the session as it is, the most likely first. */
export function availableActions(
  view: Facts,
  mayCall: (endpoint: Pick<Endpoint, 'roles'>) => boolean,
): SessionAction[] {
  const all = Object.keys(WHEN) as SessionAction[];
  return all.filter((action) => WHEN[action](view) && mayCall(publicContract.sessions[action]));
}
