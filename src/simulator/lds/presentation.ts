import type { LdsSession } from './session.ts';

/** A session as the reservation API shows it: the request's own fields and what became of it, no passwords. */
export function presentSession(session: LdsSession) {
  const { session_parts: _, ...request } = session.request;
  return {
    ...request,
    id: session.id,
    session_id: session.id,
    state: session.state,
    access_closed: session.accessClosed,
    session_parts: session.parts.map((part) => ({
      ...part,
      devices: part.devices.map(({ password: _password, ...device }) => device),
    })),
    created_at: session.createdAt,
    started_at: session.startedAt ?? null,
    ended_at: session.endedAt ?? null,
    archived_at: session.archivedAt ?? null,
  };
}
