import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import {
  BUILT,
  COLLECTING,
  closed,
  decision,
  ending,
  GRADING,
  INSTANTIATING,
  onW1,
  onW2,
  PAUSED,
  PENDING,
  p1,
  proposed,
  READY,
  RUNNING,
  SCHEDULED,
  STOPPED,
  STOPPING,
  unbound,
  w1,
  whenSession,
} from './session.fixture.ts';
import type { SessionEvent } from './session.ts';
import { iso, ms } from './time.ts';

const LATE = ms('2026-03-01T09:45:00.000Z');
const IN_TIME = ms('2026-03-01T09:44:59.000Z');
const release = { placementId: p1, workerId: w1 };
const replacing: Bare<SessionEvent> = { type: 'session.stopping', afterStop: 'replace' };
const requeued: Bare<SessionEvent> = { type: 'session.requeued', release, workerGone: false };
const scheduled: Bare<SessionEvent> = { type: 'session.scheduled', placement: onW1 };
const again = [replacing, requeued, proposed(onW1), scheduled, { type: 'session.instantiating' } as const];

describe('a failed instantiation', () => {
  it('is torn down to be placed again', () => {
    whenSession(INSTANTIATING, { type: 'failInstantiation' }).happens(replacing);
  });

  it('waits in PENDING with nothing but the release of its placement, and avoids that worker', () => {
    const session = whenSession([...INSTANTIATING, replacing], { type: 'markStopped' }).state();
    expect(session).toMatchObject({ status: 'PENDING', releases: [release], avoidWorkers: [w1] });
    expect(session.placement).toBeUndefined();
    expect(session.ending).toBeUndefined();
  });

  it('is not placed again before its lab and its access are gone', () => {
    whenSession([...BUILT, replacing], { type: 'markStopped' }).isRefused(
      'conflict',
      /lab c-1 and its LDS session/,
    );
    whenSession([...BUILT, replacing, unbound, closed], { type: 'markStopped' }).happens(requeued);
  });

  it('stopped twice is stopped once', () => {
    whenSession([...INSTANTIATING, replacing, requeued], { type: 'markStopped' }).happens();
  });

  it('ends as failed after three placements', () => {
    const second = [...INSTANTIATING, ...again];
    whenSession(second, { type: 'failInstantiation' }).happens(replacing);
    const third = [...second, ...again];
    whenSession(third, { type: 'failInstantiation', reason: 'CML says no' }).happens({
      type: 'session.stopping',
      ending: { ...ending('failed'), reason: 'CML says no' },
    });
  });

  it('ends as failed where the slot could no longer be met', () => {
    whenSession(INSTANTIATING, { type: 'failInstantiation' }, IN_TIME).happens(replacing);
    expect(whenSession(INSTANTIATING, { type: 'failInstantiation' }, LATE).state().ending?.outcome).toBe(
      'failed',
    );
  });

  it('ends as failed where the candidate had begun: such a session never moves', () => {
    const resumed = [...PAUSED, { type: 'session.instantiating' } as const];
    expect(whenSession(resumed, { type: 'failInstantiation' }).state()).toMatchObject({
      status: 'STOPPING',
      ending: { outcome: 'failed' },
    });
  });

  it('reported twice is one', () => {
    whenSession([...INSTANTIATING, replacing], { type: 'failInstantiation' }).happens();
  });

  it('is a matter of INSTANTIATING only', () => {
    whenSession(RUNNING, { type: 'failInstantiation' }).isRefused('illegalTransition');
    whenSession(SCHEDULED, { type: 'failInstantiation' }).isRefused('illegalTransition');
  });

  it('makes the session READY anew, as of then', () => {
    const lost = [...READY, replacing, unbound, closed, requeued, proposed(onW2)];
    const placed: Bare<SessionEvent>[] = [
      { type: 'session.scheduled', placement: onW2 },
      { type: 'session.instantiating' },
    ];
    const built = [...lost, ...placed, ...BUILT.slice(-2)];
    const session = whenSession(built, { type: 'markReady' }, IN_TIME).state();
    expect(session.readyAt).toBe(iso(IN_TIME));
  });
});

describe('a lost worker', () => {
  it('sends a scheduled session back to PENDING', () => {
    whenSession(SCHEDULED, { type: 'loseWorker' }).happens({ ...requeued, workerGone: true });
    expect(whenSession(SCHEDULED, { type: 'loseWorker' }, LATE).state().status).toBe('PENDING');
  });

  it.each([
    ['INSTANTIATING', INSTANTIATING],
    ['READY', READY],
  ])('has a session in %s placed again while the slot can be met', (_status, history) => {
    whenSession(history, { type: 'loseWorker' }, IN_TIME).happens(replacing);
    expect(whenSession(history, { type: 'loseWorker' }, LATE).state().ending?.outcome).toBe('workerLost');
  });

  it.each([
    ['RUNNING', RUNNING],
    ['COLLECTING', COLLECTING],
    ['GRADING', GRADING],
    ['paused', PAUSED],
    ['resumed', [...PAUSED, { type: 'session.instantiating' } as const]],
  ])('ends a session that has begun: %s', (_status, history) => {
    const session = whenSession(history, { type: 'loseWorker' }).state();
    expect(session).toMatchObject({ status: 'STOPPING', ending: { outcome: 'workerLost', by: 'tester' } });
  });

  it.each([
    ['PENDING', PENDING],
    ['STOPPING', STOPPING],
    ['STOPPED', STOPPED],
  ])('means nothing more to a session in %s', (_status, history) => {
    whenSession(history, { type: 'loseWorker' }).happens();
  });

  it('counts as a placement that was tried', () => {
    const history = [...SCHEDULED, { ...requeued, workerGone: true } as const, proposed(onW2)];
    const session = whenSession(history, { type: 'confirmPlacement', placementId: onW2.id }).state();
    expect(session.placements).toBe(2);
    expect(session.decision).toEqual(decision);
  });
});
