import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { sessionId, userSessionId } from './ids.ts';
import { given, T0, type Wish } from './scenario.fixture.ts';
import { iso } from './time.ts';
import {
  USER_SESSION_TRANSITIONS,
  type UserSessionCommand,
  type UserSessionEvent,
  type UserSessionStatus,
  userSession,
  userSessionDecider,
  userSessionStatus,
} from './user-session.ts';
import { checkWalks } from './walk.fixture.ts';

type Event = Bare<UserSessionEvent>;

const ids = {
  id: userSessionId.parse('us-1'),
  sessionId: sessionId.parse('s-1'),
  formQualifiedName: 'Exam A LAB 1',
};
const open = { type: 'open' as const, ...ids };
const device = { label: 'R1', protocol: 'telnet', host: '10.0.0.1', port: 2000 };
const provision = {
  type: 'provision' as const,
  ldsSessionId: 'lds-1',
  loginUrl: 'https://lds/1',
  devices: [device],
};
const created: Event = { ...open, type: 'user-session.created' };
const provisioned: Event = { ...provision, type: 'user-session.provisioned' };
const moved = (from: UserSessionStatus, to: UserSessionStatus): Event => ({
  type: 'user-session.state.changed',
  from,
  to,
});
const PROVISIONED = [created, provisioned];
const ACTIVE = [...PROVISIONED, moved('PROVISIONED', 'ACTIVE')];
const when = (history: readonly Event[], wish: Wish<UserSessionCommand>, now = T0) =>
  given(userSessionDecider, history).when(wish, now);

describe('the LDS side of a session', () => {
  it('is an intent first, and learns its LDS session once', () => {
    expect(when([], open).state().status).toBe('PROVISIONING');
    when([created], open).happens();
    expect(when([created], provision).state()).toMatchObject({
      status: 'PROVISIONED',
      ldsSessionId: 'lds-1',
    });
    when(PROVISIONED, provision).happens();
  });

  it('may be given other devices while it lasts', () => {
    const other = { ...provision, devices: [{ ...device, port: 2001 }] };
    expect(when(ACTIVE, other).state()).toMatchObject({ status: 'ACTIVE', devices: [{ port: 2001 }] });
    when([...ACTIVE, moved('ACTIVE', 'ENDED')], other).isRefused('illegalTransition');
  });

  it('is paused and resumed, and keeps when it began', () => {
    const paused = [...ACTIVE, moved('ACTIVE', 'PAUSED')];
    const resumed = when(paused, { type: 'become', status: 'ACTIVE' }, T0 + 60_000).state();
    expect(resumed).toMatchObject({ status: 'ACTIVE', startedAt: iso(T0) });
  });

  it('ends once, and for good', () => {
    const ended = [...ACTIVE, moved('ACTIVE', 'ENDED')];
    expect(when(ACTIVE, { type: 'become', status: 'ENDED' }).state().endedAt).toBe(iso(T0));
    when(ended, { type: 'become', status: 'ENDED' }).happens();
    when(ended, { type: 'become', status: 'ACTIVE' }).isRefused('illegalTransition');
  });

  it('moves along its table, whatever is asked of it', () => {
    const by = 'tester';
    const commands: fc.Arbitrary<UserSessionCommand> = fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .constantFrom(...userSessionStatus.options)
          .map((status) => ({ type: 'become' as const, status, by })),
      },
      fc.constantFrom<UserSessionCommand>(
        { ...provision, by },
        { ...provision, devices: [], by },
        { ...open, by },
      ),
    );
    const seen = checkWalks({
      decider: userSessionDecider,
      schema: userSession,
      first: { ...open, by },
      commands,
      machine: { table: USER_SESSION_TRANSITIONS, statusOf: (state) => state.status },
    });
    expect([...seen].sort()).toEqual([...userSessionStatus.options].sort());
  });
});
