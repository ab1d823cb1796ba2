import type { Decider } from './decider.ts';
import type { SessionCommand, SessionEvent } from './session.ts';
import { decideSession } from './session-decide.ts';
import { evolveSession } from './session-evolve.ts';
import type { Session } from './session-state.ts';

/** The session aggregate; what can happen to it stands in session.ts. */
export const sessionDecider: Decider<Session, SessionCommand, SessionEvent> = {
  decide: decideSession,
  evolve: evolveSession,
};
