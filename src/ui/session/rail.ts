import type { SessionView } from '@lcm/core/api/sessions.ts';
import { FINAL_STATUS, SESSION_TRANSITIONS, type SessionStatus } from '@lcm/core/api/vocabulary.ts';

/** One state on the session's way. */
export interface RailStop {
  status: SessionStatus;
  kind: 'past' | 'now' | 'next';
  /** How often it was there; more than once where it was placed again or paused. */
  visits: number;
  /** When it came there last, milliseconds since the epoch; absent for what lies ahead. */
  since?: number;
  /** When it left again. */
  until?: number;
  by?: string;
  reason?: string;
}

/** The way of a session that meets no trouble. */
const WAY: readonly SessionStatus[] = [
  'PENDING',
  'SCHEDULED',
  'INSTANTIATING',
  'READY',
  'RUNNING',
  'COLLECTING',
  'GRADING',
  'STOPPING',
  'STOPPED',
  'ARCHIVED',
];

/** Where the session was, is, and goes if nothing happens. What it left out on its way is not on it. */
export function railOf(view: Pick<SessionView, 'status' | 'history' | 'definition' | 'ending'>): RailStop[] {
  const past = new Map<SessionStatus, RailStop>();
  view.history.forEach(({ to, at, by, reason }, index) => {
    const left = view.history[index + 1];
    const visits = (past.get(to)?.visits ?? 0) + 1;
    past.delete(to);
    past.set(to, {
      status: to,
      kind: left ? 'past' : 'now',
      visits,
      since: Date.parse(at),
      by,
      ...(left ? { until: Date.parse(left.at) } : {}),
      ...(reason ? { reason } : {}),
    });
  });
  return [...past.values(), ...ahead(view)];
}

function ahead({ status, definition, ending }: Parameters<typeof railOf>[0]): RailStop[] {
  if (SESSION_TRANSITIONS[status].length === 0) return [];
  const next = (one: SessionStatus): RailStop => ({ status: one, kind: 'next', visits: 0 });
  const from = WAY.indexOf(status);
  if (!ending) {
    return WAY.slice(from + 1)
      .filter((one) => definition.collectsEvidence || one !== 'COLLECTING')
      .filter((one) => (definition.collectsEvidence && definition.grades) || one !== 'GRADING')
      .map(next);
  }
  const last = FINAL_STATUS[ending.outcome];
  return [...WAY.slice(Math.max(from + 1, WAY.indexOf('STOPPING')), WAY.indexOf('ARCHIVED')), last].map(next);
}
