import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import {
  ARCHIVED,
  booking,
  decision,
  INSTANTIATING,
  onW1,
  onW2,
  PENDING,
  p1,
  p2,
  proposed,
  RUNNING,
  SCHEDULED,
  w1,
  w2,
  whenSession,
} from './session.fixture.ts';
import type { SessionEvent } from './session.ts';

const release1 = { placementId: p1, workerId: w1 };
const release2 = { placementId: p2, workerId: w2 };
const withdrawn: Bare<SessionEvent> = { type: 'session.placement.withdrawn', release: release1 };
const propose1 = { type: 'propose', placementId: p1, workerId: w1, decision } as const;
const propose2 = { type: 'propose', placementId: p2, workerId: w2, decision } as const;
const moving = [...SCHEDULED, proposed(onW2)];

describe('booking a session', () => {
  it('makes it PENDING, for its owner, by whoever asked', () => {
    const session = whenSession([], { type: 'book', ...booking }).state();
    expect(session).toMatchObject({
      status: 'PENDING',
      bookedBy: 'tester',
      ownerKey: 'external:candidate-1',
    });
  });

  it('is refused where the slot ends before it starts', () => {
    const timeslot = { ...booking.timeslot, end: booking.timeslot.start };
    whenSession([], { type: 'book', ...booking, timeslot }).isRefused('rule');
  });

  it('is refused where the session exists', () => {
    whenSession(PENDING, { type: 'book', ...booking }).isRefused('conflict');
  });
});

describe('placing a session', () => {
  it('is an intent first, which reserves nothing on its own', () => {
    const answer = whenSession(PENDING, propose1);
    answer.happens(proposed(onW1));
    expect(answer.state()).toMatchObject({ status: 'PENDING', proposal: onW1 });
  });

  it('is SCHEDULED with the proposed placement once its ledger has it', () => {
    const session = whenSession([...PENDING, proposed(onW1)], {
      type: 'confirmPlacement',
      placementId: p1,
    }).state();
    expect(session).toMatchObject({ status: 'SCHEDULED', placement: onW1, placements: 1 });
    expect(session.proposal).toBeUndefined();
  });

  it('is proposed once at a time', () => {
    whenSession([...PENDING, proposed(onW1)], propose1).happens();
    whenSession([...PENDING, proposed(onW1)], propose2).isRefused('conflict', /p-1 under way/);
  });

  it('is refused while the session is on hold', () => {
    whenSession([...PENDING, { type: 'session.held' }], propose1).isRefused('conflict', /on hold/);
  });

  it('is refused from INSTANTIATING on: sessions that have begun never move', () => {
    whenSession(INSTANTIATING, propose2).isRefused('illegalTransition');
    whenSession(RUNNING, propose2).isRefused('illegalTransition');
    whenSession(ARCHIVED, propose2).isRefused('illegalTransition');
  });

  it('confirmed twice is confirmed once', () => {
    whenSession(SCHEDULED, { type: 'confirmPlacement', placementId: p1 }).happens();
  });
});

describe('a withdrawn proposal', () => {
  const history = [...PENDING, proposed(onW1), withdrawn];

  it('is released in its ledger, in case the reservation was made', () => {
    const session = whenSession([...PENDING, proposed(onW1)], {
      type: 'withdrawProposal',
      placementId: p1,
    }).state();
    expect(session.releases).toEqual([release1]);
    expect(session.proposal).toBeUndefined();
  });

  it('cannot be confirmed late', () => {
    whenSession(history, { type: 'confirmPlacement', placementId: p1 }).isRefused('conflict');
  });

  it('cannot be proposed again while its release is under way', () => {
    whenSession(history, propose1).isRefused('conflict', /given back/);
  });

  it('leaves room for another', () => {
    whenSession(history, propose2).happens(proposed(onW2));
  });

  it('is forgotten once its ledger has released it', () => {
    const session = whenSession(history, { type: 'recordRelease', placementId: p1 }).state();
    expect(session.releases).toEqual([]);
  });

  it('withdrawn again changes nothing', () => {
    whenSession(history, { type: 'withdrawProposal', placementId: p1 }).happens();
    whenSession(PENDING, { type: 'recordRelease', placementId: p1 }).happens();
  });
});

describe('moving a scheduled session', () => {
  it('keeps the old placement until the new one is reserved, then releases it', () => {
    expect(whenSession(SCHEDULED, propose2).state()).toMatchObject({ placement: onW1, proposal: onW2 });
    const moved = whenSession(moving, { type: 'confirmPlacement', placementId: p2 }).state();
    expect(moved).toMatchObject({ status: 'SCHEDULED', placement: onW2, releases: [release1] });
  });

  it('is not another attempt', () => {
    const moved = whenSession(moving, { type: 'confirmPlacement', placementId: p2 }).state();
    expect(moved.placements).toBe(1);
  });

  it('must be over before its lab is built', () => {
    whenSession(moving, { type: 'startInstantiating' }).isRefused('conflict', /being moved to worker w-2/);
  });

  it('gives both back where the worker is lost meanwhile', () => {
    const session = whenSession(moving, { type: 'loseWorker' }).state();
    expect(session).toMatchObject({ status: 'PENDING', releases: [release1, release2] });
    expect(session.placement).toBeUndefined();
    expect(session.proposal).toBeUndefined();
  });
});

describe('a hold', () => {
  it('is set and lifted while PENDING', () => {
    const held = [...PENDING, { type: 'session.held' } as const];
    whenSession(PENDING, { type: 'hold' }).happens({ type: 'session.held' });
    whenSession(held, { type: 'hold' }).happens();
    whenSession(held, { type: 'unhold' }).happens({ type: 'session.unheld' });
    whenSession(PENDING, { type: 'unhold' }).happens();
  });

  it('is refused once the session is scheduled', () => {
    whenSession(SCHEDULED, { type: 'hold' }).isRefused('illegalTransition');
  });
});

describe('a decision of the scheduler', () => {
  const waits = { ...decision, outcome: 'wait' as const };

  it('is kept while the session waits, and only then', () => {
    const answer = whenSession(PENDING, { type: 'recordDecision', decision: waits });
    expect(answer.state().decision).toEqual(waits);
    whenSession(SCHEDULED, { type: 'recordDecision', decision: waits }).happens();
  });

  it('that was kept already is not kept again', () => {
    const history = [...PENDING, { type: 'session.decided', decision: waits } as const];
    whenSession(history, { type: 'recordDecision', decision: waits }).happens();
  });
});
