import type { SessionView } from '@lcm/core/api/sessions.ts';

/** How the session ended, and why where that says more. */
export function endingText({ outcome, reason }: NonNullable<SessionView['ending']>): string {
  return reason && reason !== outcome ? `${outcome}: ${reason}` : outcome;
}
