import type { Session } from '@lcm/core/domain/session-state.ts';

/**
 * Whether a session has every one of those words in what names it: its id, its definition, its reservation, its owner
 * where the reader may know of them. In any case, and in any part of them. Not in what else is known of the candidate.
 */
export function searchFor(
  words: string,
  readsOwner: (session: Session) => boolean,
): (session: Session) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return (session) => {
    const { id, definition, ownerKey, reservationId = '' } = session;
    const named = [id, definition.definitionId, definition.name, definition.version, reservationId];
    const text = [...named, ...(readsOwner(session) ? [ownerKey] : [])].join('\n').toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}
