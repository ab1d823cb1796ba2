import { describe, expect, it } from 'vitest';
import { labRecordId, scoreReportId, workerId } from './ids.ts';
import {
  ARCHIVED,
  access,
  BUILT,
  bound,
  COLLECTING,
  closed,
  ending,
  GRADING,
  INSTANTIATING,
  lab,
  onW1,
  opened,
  PAUSED,
  PENDING,
  p1,
  proposed,
  READY,
  RELEASED,
  RUNNING,
  record,
  SCHEDULED,
  STOPPED,
  STOPPING,
  stopping,
  unbound,
  w1,
  whenSession,
} from './session.fixture.ts';
import { FINAL_STATUS, held } from './session.ts';
import { OUTCOMES } from './session-state.ts';

const release = { placementId: p1, workerId: w1 };

describe('ending a session that waits', () => {
  it('is final at once where it holds nothing', () => {
    const session = whenSession(PENDING, { type: 'end', outcome: 'cancelled' }).state();
    expect(session).toMatchObject({ status: 'TERMINATED', ending: { outcome: 'cancelled', by: 'tester' } });
    expect(held(session)).toEqual([]);
  });

  it('withdraws what was proposed and waits for its release', () => {
    const answer = whenSession([...PENDING, proposed(onW1)], { type: 'end', outcome: 'slotMissed' });
    expect(answer.state()).toMatchObject({ status: 'PENDING', releases: [release] });
    expect(held(answer.state())).toEqual(['placement p-1']);
  });

  it('is EXPIRED where its slot was missed', () => {
    expect(whenSession(PENDING, { type: 'end', outcome: 'slotMissed' }).state().status).toBe('EXPIRED');
  });

  it.each(['completed', 'noEvidence', 'gradingFailed'] as const)('cannot be %s: it never ran', (outcome) => {
    whenSession(PENDING, { type: 'end', outcome }).isRefused('illegalTransition', /PENDING .* ARCHIVED/);
  });

  it('takes no placement any more', () => {
    const history = [
      ...PENDING,
      proposed(onW1),
      { type: 'session.placement.withdrawn', release } as const,
      { type: 'session.ending.recorded', ending: ending('cancelled') } as const,
    ];
    whenSession(history, { type: 'confirmPlacement', placementId: p1 }).isRefused('conflict');
    whenSession(history, { type: 'finish' }).isRefused('conflict', /still holds placement p-1/);
    const released = [...history, { type: 'session.placement.released', placementId: p1 } as const];
    whenSession(released, { type: 'finish' }).happens({ type: 'session.terminated' });
  });
});

describe('ending a session that has a worker', () => {
  it.each([
    ['SCHEDULED', SCHEDULED],
    ['INSTANTIATING', INSTANTIATING],
    ['READY', READY],
    ['RUNNING', RUNNING],
    ['COLLECTING', COLLECTING],
    ['GRADING', GRADING],
    ['paused', PAUSED],
  ])('goes through STOPPING from %s, with its ending recorded', (_from, history) => {
    whenSession(history, { type: 'end', outcome: 'cancelled' }).happens(stopping('cancelled'));
  });

  it('keeps the first ending: a second changes nothing', () => {
    whenSession(STOPPING, { type: 'end', outcome: 'cancelled' }).happens();
    whenSession(STOPPED, { type: 'end', outcome: 'failed' }).happens();
    whenSession(ARCHIVED, { type: 'end', outcome: 'cancelled' }).happens();
  });

  it('turns a pause under way into an end', () => {
    const pausing = [...RUNNING, { type: 'session.stopping', afterStop: 'stay' } as const];
    const session = whenSession(pausing, { type: 'end', outcome: 'cancelled' }).state();
    expect(session).toMatchObject({ status: 'STOPPING', ending: { outcome: 'cancelled' } });
    expect(session.afterStop).toBeUndefined();
  });

  it('turns a second try under way into an end', () => {
    const replacing = [...INSTANTIATING, { type: 'session.stopping', afterStop: 'replace' } as const];
    const session = whenSession(replacing, { type: 'end', outcome: 'cancelled' }).state();
    const stopped = [...replacing, { type: 'session.ending.recorded', ending: ending('cancelled') } as const];
    expect(session.afterStop).toBeUndefined();
    whenSession(stopped, { type: 'markStopped' }).happens({ type: 'session.stopped', release });
  });
});

describe('a final state', () => {
  it('is not reached while the lab or the access is there', () => {
    whenSession(STOPPING, { type: 'markStopped' }).isRefused('conflict', /lab c-1 and its LDS session/);
    whenSession([...STOPPING, unbound], { type: 'markStopped' }).isRefused('conflict', /its LDS session/);
    whenSession([...STOPPING, closed], { type: 'markStopped' }).isRefused('conflict', /lab c-1/);
  });

  it('is not reached before the ledger has released the placement: release follows the session', () => {
    const answer = whenSession([...STOPPING, unbound, closed], { type: 'markStopped' });
    answer.happens({ type: 'session.stopped', release });
    expect(held(answer.state())).toEqual(['placement p-1']);
    whenSession(STOPPED, { type: 'finish' }).isRefused('conflict', /still holds placement p-1/);
  });

  it('is reached when everything has been given back', () => {
    const session = whenSession(RELEASED, { type: 'finish' }).state();
    expect(session.status).toBe('ARCHIVED');
    expect(held(session)).toEqual([]);
  });

  it('is reached once', () => {
    whenSession(ARCHIVED, { type: 'finish' }).happens();
    whenSession(STOPPED, { type: 'markStopped' }).happens();
  });

  it('is not reached from a pause, nor from a session that is not ending', () => {
    whenSession(PAUSED, { type: 'finish' }).isRefused('conflict', /not ending/);
    whenSession(PENDING, { type: 'finish' }).isRefused('conflict', /not ending/);
    whenSession(STOPPING, { type: 'finish' }).isRefused('illegalTransition');
  });

  it.each(OUTCOMES)('follows from the outcome: %s', (outcome) => {
    const history = [
      ...SCHEDULED,
      stopping(outcome),
      { type: 'session.stopped', release } as const,
      { type: 'session.placement.released', placementId: p1 } as const,
    ];
    expect(whenSession(history, { type: 'finish' }).state().status).toBe(FINAL_STATUS[outcome]);
  });

  it('lets nothing begin again', () => {
    whenSession(ARCHIVED, { type: 'startInstantiating' }).isRefused('illegalTransition');
    whenSession(ARCHIVED, { type: 'resume' }).isRefused('illegalTransition');
    whenSession(ARCHIVED, { type: 'openUserSession', userSessionId: access }).isRefused('illegalTransition');
  });

  it('takes the score of a later grading', () => {
    const scoreReport = scoreReportId.parse('sr-2');
    const session = whenSession(ARCHIVED, {
      type: 'recordScore',
      scoreReportId: scoreReport,
      result: 'PASS',
    }).state();
    expect(session).toMatchObject({ status: 'ARCHIVED', scoreReportId: 'sr-2', gradeResult: 'PASS' });
  });
});

describe('the happy path', () => {
  it('goes from READY through the candidate and the grading to STOPPING', () => {
    whenSession(BUILT, { type: 'markReady' }).happens({ type: 'session.ready' });
    whenSession(READY, { type: 'markRunning' }).happens({ type: 'session.running' });
    whenSession(RUNNING, { type: 'startCollecting' }).happens({ type: 'session.collecting' });
    whenSession(COLLECTING, { type: 'startGrading' }).happens({ type: 'session.grading' });
    whenSession(GRADING, { type: 'end', outcome: 'completed' }).happens(stopping('completed'));
  });

  it('is not READY without a lab', () => {
    whenSession(INSTANTIATING, { type: 'markReady' }).isRefused('conflict', /no lab/);
  });

  it('ends straight from RUNNING where there is nothing to collect', () => {
    whenSession(RUNNING, { type: 'end', outcome: 'completed' }).happens(stopping('completed'));
  });

  it('does nothing for what has happened already', () => {
    whenSession(READY, { type: 'markReady' }).happens();
    whenSession(RUNNING, { type: 'markReady' }).happens();
    whenSession(RUNNING, { type: 'markRunning' }).happens();
    whenSession(COLLECTING, { type: 'startCollecting' }).happens();
    whenSession(INSTANTIATING, { type: 'startInstantiating' }).happens();
  });
});

describe('a lab', () => {
  const otherRecord = labRecordId.parse('lr-2');

  it('is bound on the worker of the placement, once', () => {
    whenSession(INSTANTIATING, { type: 'bindLab', lab }).happens(bound);
    whenSession([...INSTANTIATING, bound], { type: 'bindLab', lab }).happens();
  });

  it('is refused on another worker, and beside another lab', () => {
    const elsewhere = { ...lab, workerId: workerId.parse('w-9') };
    const another = { ...lab, labRecordId: otherRecord };
    whenSession(INSTANTIATING, { type: 'bindLab', lab: elsewhere }).isRefused(
      'conflict',
      /not placed on worker w-9/,
    );
    whenSession([...INSTANTIATING, bound], { type: 'bindLab', lab: another }).isRefused('conflict', /lr-1/);
    whenSession(RUNNING, { type: 'bindLab', lab: another }).isRefused('illegalTransition');
  });

  it('is unbound by its own record only', () => {
    whenSession(BUILT, { type: 'unbindLab', labRecordId: record }).happens(unbound);
    whenSession(BUILT, { type: 'unbindLab', labRecordId: otherRecord }).happens();
  });
});

describe('the access of the candidate', () => {
  it('is opened once, and learns its LDS session', () => {
    const open = { type: 'openUserSession', userSessionId: access } as const;
    whenSession(INSTANTIATING, open).happens(opened);
    whenSession(BUILT, open).happens();
    const session = whenSession(BUILT, { ...open, ldsSessionId: 'lds-1' }).state();
    expect(session.userSession).toEqual({ id: access, ldsSessionId: 'lds-1', open: true });
  });

  it('that was closed is open again where the lab is built anew', () => {
    const session = whenSession([...BUILT, closed], {
      type: 'openUserSession',
      userSessionId: access,
    }).state();
    expect(held(session)).toContain('LDS session us-1');
  });

  it('is closed once', () => {
    whenSession(RUNNING, { type: 'closeUserSession' }).happens(closed);
    whenSession([...RUNNING, closed], { type: 'closeUserSession' }).happens();
  });
});
