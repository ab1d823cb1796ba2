import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionCommand } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { refuseUnlessActing } from '../auth/access-rules.ts';
import { actorOf, type Caller } from '../auth/caller.ts';
import { oneSessionView } from '../queries/views.ts';
import { loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';

/** A command of people to a session: without who asks, which comes from the caller. */
type Wish = SessionCommand extends infer Command
  ? Command extends SessionCommand
    ? Omit<Command, 'by'>
    : never
  : never;

/** What an action needs to know. */
export interface Action {
  id: string;
  caller: Caller;
  terms: Terms;
  reason?: string | undefined;
}

/** How often a wish is made anew after the session changed under it. */
const ATTEMPTS = 8;

/**
 * Sends a session a command, if the caller may act on it. A command that is made of the session's state holds
 * for that state only: it is made anew where another write came first.
 */
export async function act(
  services: Services,
  { id, caller, terms, reason }: Action,
  wish: Wish | ((session: Session) => Wish),
): Promise<SessionView> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const stored = await loadVisible(services, 'session', id, caller);
    refuseUnlessActing(caller, stored.state);
    const made = typeof wish === 'function' ? wish(stored.state) : wish;
    const binds = typeof wish === 'function' && terms.expectedVersion === undefined;
    try {
      const command = { ...made, by: actorOf(caller), reason };
      const held = binds ? { ...terms, expectedVersion: stored.version } : terms;
      const after = await services.commands.execute('session', id, command, held);
      return await oneSessionView(services, after, caller);
    } catch (refusal) {
      const again = binds && refusal instanceof Refusal && refusal.code === 'staleVersion';
      if (!again) throw refusal;
    }
  }
  throw new Refusal('busy', `session ${id} is written by too many at once; try again`);
}

/** Finishes a running session now: its evidence is collected, or it simply ends where there is none to collect. */
export function finishNow(session: Session): Wish {
  if (session.definition.collectsEvidence) return { type: 'startCollecting' };
  if (session.status !== 'RUNNING' && session.status !== 'STOPPED') {
    throw new Refusal(
      'illegalTransition',
      `session ${session.id} is ${session.status}: there is nothing to finish`,
      {
        facts: { from: session.status, to: 'COLLECTING' },
      },
    );
  }
  return { type: 'end', outcome: 'completed' };
}
