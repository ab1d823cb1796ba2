import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionCommand } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { actorOf, type Caller } from '../auth/caller.ts';
import { refuseUnlessActing } from '../auth/session-access.ts';
import { loadExisting } from '../queries/load.ts';
import { oneSessionView } from '../queries/views.ts';
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

/** Sends a session the command that `wish` makes of its state, if the caller may act on it. */
export async function act(
  services: Services,
  action: Action,
  wish: (session: Session) => Wish,
): Promise<SessionView> {
  const stored = await loadExisting(services.store, 'session', action.id);
  refuseUnlessActing(action.caller, stored.state);
  const command = { ...wish(stored.state), by: actorOf(action.caller), reason: action.reason };
  const after = await services.commands.execute('session', action.id, command, action.terms);
  return oneSessionView(services, after, action.caller);
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
