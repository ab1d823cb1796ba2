import type { SessionView } from '@lcm/core/api/sessions.ts';

/** Who the session is for, as people call them; a dash where that is not for the reader to know. */
export function ownerText({ candidate, owner }: Pick<SessionView, 'candidate' | 'owner'>): string {
  const name = [candidate?.givenName, candidate?.familyName].filter(Boolean).join(' ');
  if (name) return name;
  if (!owner) return '–';
  return 'externalId' in owner ? owner.externalId : owner.subject;
}
