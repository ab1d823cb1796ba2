import type { SessionView } from '@lcm/core/api/sessions.ts';

/** Who the session is for, as people call them. */
export function ownerText({ candidate, owner }: Pick<SessionView, 'candidate' | 'owner'>): string {
  const name = [candidate?.givenName, candidate?.familyName].filter(Boolean).join(' ');
  if (name) return name;
  return 'externalId' in owner ? owner.externalId : owner.subject;
}
