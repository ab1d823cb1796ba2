import { ownerKey } from './person.ts';
import { Refusal } from './refusal.ts';
import type { RulesFor } from './session-rules.ts';

/**
 * Whom a session belongs to once that person can log in. In every state: results of a session that is over are
 * the candidate's too. Who the person is was found out before; only the first has it.
 */
export const claiming: RulesFor<'claim'> = {
  claim: (state, { owner }) => {
    if (state.ownerKey === ownerKey(owner)) return [];
    if (!('externalId' in state.owner))
      throw new Refusal('conflict', `session ${state.id} belongs to somebody already`);
    return [{ type: 'session.claimed', bookedFor: state.owner.externalId, owner }];
  },
};
