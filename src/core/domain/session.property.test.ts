import { describe, expect, it } from 'vitest';
import { isFinal } from './decider.ts';
import { booking } from './session.fixture.ts';
import { held, SESSION_TRANSITIONS, type SessionCommand } from './session.ts';
import { sessionDecider } from './session-decider.ts';
import { SESSION_STATUSES, type Session, session } from './session-state.ts';
import { anyWish, nextWish } from './session-wishes.fixture.ts';
import { checkWalks } from './walk.fixture.ts';

const by = 'tester';

describe('a session, whatever is asked of it', () => {
  it('moves along its table, stays what its schema says, and gives everything back before it is final', () => {
    const seen = checkWalks({
      decider: sessionDecider,
      schema: session,
      first: { type: 'book', by, ...booking },
      commands: anyWish.map((wish): SessionCommand => ({ ...wish, by })),
      next: (state, choice): SessionCommand => ({ ...nextWish(state, choice), by }),
      machine: { table: SESSION_TRANSITIONS, statusOf: (state) => state.status },
      // A step that runs again has not failed any more.
      onceOnly: (command) => command.type === 'retryStep',
      always: checkSession,
      steps: 80,
    });
    expect([...seen].sort()).toEqual([...SESSION_STATUSES].sort());
  });
});

function checkSession(state: Session): void {
  if (isFinal(SESSION_TRANSITIONS, state.status)) {
    expect(held(state)).toEqual([]);
    expect(state.ending).toBeDefined();
  }
  if (state.status === 'READY' || state.status === 'RUNNING') expect(state.placement).toBeDefined();
  const claimed = [state.proposal?.id, state.placement?.id].filter((id) => id !== undefined);
  expect(new Set(claimed).size).toBe(claimed.length);
  for (const { placementId } of state.releases) expect(claimed).not.toContain(placementId);
  checkHistory(state);
}

/** Each entry begins where the one before ended, and the last is where the session is. */
function checkHistory({ history, status }: Session): void {
  expect(history.map((step) => step.from)).toEqual([null, ...history.slice(0, -1).map((step) => step.to)]);
  expect(history.at(-1)?.to).toBe(status);
}
