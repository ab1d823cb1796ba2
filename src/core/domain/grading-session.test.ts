import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import {
  GRADING_TRANSITIONS,
  type GradingSessionCommand,
  type GradingSessionEvent,
  type GradingStatus,
  gradingSession,
  gradingSessionDecider,
  gradingStatus,
} from './grading-session.ts';
import { gradingSessionId, sessionId } from './ids.ts';
import { given, type Wish } from './scenario.fixture.ts';
import { checkWalks } from './walk.fixture.ts';

type Event = Bare<GradingSessionEvent>;

const grading = {
  id: gradingSessionId.parse('g-1'),
  sessionId: sessionId.parse('s-1'),
  engine: 'external' as const,
  evidenceKey: 'e-1',
};
const open = { type: 'open' as const, grading };
const created: Event = { type: 'grading-session.created', grading };
const sent: Event = { type: 'grading-session.sent', externalId: 'x-1' };
const moved = (from: GradingStatus, to: GradingStatus): Event => ({
  type: 'grading-session.state.changed',
  from,
  to,
});
const GRADING = [created, sent, moved('PENDING', 'GRADING')];
const when = (history: readonly Event[], wish: Wish<GradingSessionCommand>) =>
  given(gradingSessionDecider, history).when(wish);

describe('a grading', () => {
  it('is an intent first, and is sent once', () => {
    expect(when([], open).state()).toMatchObject({ status: 'PENDING', evidenceKey: 'e-1' });
    when([created], open).happens();
    when([created], { type: 'submitTo', externalId: 'x-1' }).happens(sent);
    when([created, sent], { type: 'submitTo', externalId: 'x-1' }).happens();
  });

  it('ends as submitted or faulted, for good', () => {
    const submitted = [...GRADING, moved('GRADING', 'SUBMITTED')];
    when(GRADING, { type: 'become', status: 'SUBMITTED' }).happens(moved('GRADING', 'SUBMITTED'));
    when(submitted, { type: 'become', status: 'SUBMITTED' }).happens();
    when(submitted, { type: 'become', status: 'GRADING' }).isRefused('illegalTransition');
    const faulted = when(GRADING, { type: 'become', status: 'FAULTED', message: 'no such rubric' }).state();
    expect(faulted).toMatchObject({ status: 'FAULTED', message: 'no such rubric' });
  });

  it('moves along its table, whatever is asked of it', () => {
    const by = 'tester';
    const commands: fc.Arbitrary<GradingSessionCommand> = fc.oneof(
      fc.constantFrom(...gradingStatus.options).map((status) => ({ type: 'become' as const, status, by })),
      fc.constantFrom('x-1', 'x-2').map((externalId) => ({ type: 'submitTo' as const, externalId, by })),
    );
    const seen = checkWalks({
      decider: gradingSessionDecider,
      schema: gradingSession,
      first: { ...open, by },
      commands,
      machine: { table: GRADING_TRANSITIONS, statusOf: (state) => state.status },
    });
    expect([...seen].sort()).toEqual([...gradingStatus.options].sort());
  });
});
