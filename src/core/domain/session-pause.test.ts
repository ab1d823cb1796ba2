import { describe, expect, it } from 'vitest';
import {
  BUILT,
  COLLECTING,
  INSTANTIATING,
  PAUSED,
  READY,
  RUNNING,
  STOPPED,
  STOPPING,
  whenSession,
} from './session.fixture.ts';
import { held, isPaused } from './session.ts';
import { ms } from './time.ts';

const DURING = ms('2026-03-01T09:30:00.000Z');
const OVER = ms('2026-03-01T10:00:00.000Z');

describe('a pause', () => {
  it('is STOPPING without an ending', () => {
    whenSession(RUNNING, { type: 'pause', afterStop: 'stay' }).happens({
      type: 'session.stopping',
      ending: undefined,
      afterStop: 'stay',
    });
    const session = whenSession(RUNNING, { type: 'pause', afterStop: 'stay' }).state();
    expect(session.ending).toBeUndefined();
  });

  it('keeps everything reserved', () => {
    const pausing = [...RUNNING, { type: 'session.stopping', afterStop: 'stay' } as const];
    const session = whenSession(pausing, { type: 'markStopped' }).state();
    expect(isPaused(session)).toBe(true);
    expect(held(session)).toEqual(['placement p-1', 'lab c-1', 'LDS session us-1']);
  });

  it('is for sessions whose lab is up', () => {
    whenSession(READY, { type: 'pause', afterStop: 'stay' }).happens({
      type: 'session.stopping',
      afterStop: 'stay',
    });
    whenSession(INSTANTIATING, { type: 'pause', afterStop: 'stay' }).isRefused('illegalTransition');
    whenSession(COLLECTING, { type: 'pause', afterStop: 'stay' }).isRefused('illegalTransition');
    whenSession(STOPPING, { type: 'pause', afterStop: 'stay' }).isRefused('illegalTransition');
  });

  it('asked for twice is one', () => {
    const pausing = [...RUNNING, { type: 'session.stopping', afterStop: 'restart' } as const];
    whenSession(pausing, { type: 'pause', afterStop: 'restart' }).happens();
    whenSession(PAUSED, { type: 'pause', afterStop: 'stay' }).happens();
  });

  it.each(['restart', 'reset'] as const)('says what comes after it: %s', (afterStop) => {
    const pausing = [...RUNNING, { type: 'session.stopping', afterStop } as const];
    const stopped = whenSession(pausing, { type: 'markStopped' }).state();
    expect(stopped).toMatchObject({ status: 'STOPPED', afterStop });
  });
});

describe('resuming', () => {
  it('goes back to INSTANTIATING with the same worker, lab and access', () => {
    const session = whenSession(PAUSED, { type: 'resume' }, DURING).state();
    expect(session.status).toBe('INSTANTIATING');
    expect(held(session)).toEqual(['placement p-1', 'lab c-1', 'LDS session us-1']);
    expect(session.afterStop).toBeUndefined();
  });

  it('is refused when the slot is over', () => {
    whenSession(PAUSED, { type: 'resume' }, OVER).isRefused('conflict', /was over at 2026-03-01T10:00/);
  });

  it('is refused for what is not paused', () => {
    whenSession(RUNNING, { type: 'resume' }, DURING).isRefused('illegalTransition');
    whenSession(STOPPED, { type: 'resume' }, DURING).isRefused('illegalTransition');
  });

  it('asked for twice is one', () => {
    whenSession([...PAUSED, { type: 'session.instantiating' }], { type: 'resume' }, DURING).happens();
  });

  it('goes on RUNNING where the candidate had logged in', () => {
    const resumed = [...PAUSED, { type: 'session.instantiating' } as const];
    whenSession(resumed, { type: 'markReady' }).happens(
      { type: 'session.ready' },
      { type: 'session.running' },
    );
    whenSession(BUILT, { type: 'markReady' }).happens({ type: 'session.ready' });
  });

  it('keeps when the candidate first came in', () => {
    const session = whenSession(
      [...PAUSED, { type: 'session.instantiating' }],
      { type: 'markReady' },
      DURING,
    ).state();
    expect(session.startedAt).toBe('2026-03-01T08:00:00.000Z');
  });
});

describe('a paused session that runs out', () => {
  it('is graded from what was captured', () => {
    whenSession(PAUSED, { type: 'startCollecting' }, OVER).happens({ type: 'session.collecting' });
  });

  it('is not collected once it has ended for good', () => {
    whenSession(STOPPED, { type: 'startCollecting' }, OVER).isRefused('illegalTransition');
  });
});

it('a session that is paused and resumed for ever remembers its latest hundred steps', () => {
  const pauses = Array.from({ length: 100 }, () => [
    { type: 'session.stopping', afterStop: 'stay' } as const,
    { type: 'session.stopped' } as const,
    { type: 'session.instantiating' } as const,
    { type: 'session.ready' } as const,
    { type: 'session.running' } as const,
  ]).flat();
  const { history } = whenSession([...RUNNING, ...pauses], { type: 'pause', afterStop: 'stay' }).state();
  expect(history).toHaveLength(100);
  expect(history.slice(-2).map(({ to }) => to)).toEqual(['RUNNING', 'STOPPING']);
});
