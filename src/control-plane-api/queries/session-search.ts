import type { Session } from '@lcm/core/domain/session-state.ts';

/**
 * Whether a session has every one of those words in what names it: its id, its definition, its owner, its
 * reservation. In any case, and in any part of them. Not in who the candidate is, which not everybody may read.
 */
export function searchFor(words: string): (session: Session) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ id, definition, ownerKey, reservationId = '' }) => {
    const text = [id, definition.definitionId, definition.name, definition.version, ownerKey, reservationId]
      .join('\n')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}
