import type { Bare } from './decider.ts';
import { Refusal } from './refusal.ts';
import { FINAL_STATUS, held, MAX_PLACEMENTS, type SessionEvent } from './session.ts';
import { illegal, must, type Of, type RulesFor, releaseOf } from './session-rules.ts';
import type { Ending, Outcome, Session } from './session-state.ts';
import { iso } from './time.ts';
import { canStillBeMet } from './timeslot.ts';

/** The ways out of a session's life, and the way back to another worker. */
export const ending: RulesFor<'end' | 'failInstantiation' | 'loseWorker' | 'markStopped' | 'finish'> = {
  end: (state, { outcome, by, reason }, now) => end(state, endingOf(outcome, by, reason, now)),

  failInstantiation: (state, command, now) => {
    if (state.status === 'STOPPING') return [];
    must(state, ['INSTANTIATING'], 'STOPPING');
    if (mayBePlacedAgain(state, now)) return [{ type: 'session.stopping', afterStop: 'replace' }];
    return end(state, endingOf('failed', command.by, command.reason ?? 'the lab could not be built', now));
  },

  loseWorker,

  markStopped,

  finish,
};

/** Every way out: straight to the final state where nothing is held, else through STOPPING and its teardown. */
function end(state: Session, ending: Ending): Bare<SessionEvent>[] {
  if (state.ending) return [];
  switch (state.status) {
    case 'PENDING': {
      must(state, ['PENDING'], FINAL_STATUS[ending.outcome]);
      const recorded: Bare<SessionEvent> = { type: 'session.ending.recorded', ending };
      const withdrawn: Bare<SessionEvent>[] = state.proposal
        ? [{ type: 'session.placement.withdrawn', release: releaseOf(state.proposal) }]
        : [];
      return held(state).length === 0 ? [recorded, finalEvent(ending.outcome)] : [...withdrawn, recorded];
    }
    case 'ARCHIVED':
    case 'EXPIRED':
    case 'TERMINATED':
      throw illegal(state, 'STOPPING');
    case 'STOPPING':
      // A pause or a re-placement under way becomes an end: the same teardown goes on to more.
      return [{ type: 'session.ending.recorded', ending }];
    default:
      return [{ type: 'session.stopping', ending }];
  }
}

function loseWorker(state: Session, command: Of<'loseWorker'>, now: number): Bare<SessionEvent>[] {
  const ending = endingOf('workerLost', command.by, command.reason ?? 'the worker is gone', now);
  switch (state.status) {
    case 'SCHEDULED':
      return [{ type: 'session.requeued', release: releaseOf(state.placement), workerGone: true }];
    case 'INSTANTIATING':
    case 'READY':
      if (mayBePlacedAgain(state, now)) return [{ type: 'session.stopping', afterStop: 'replace' }];
      return end(state, ending);
    case 'RUNNING':
    case 'COLLECTING':
    case 'GRADING':
    case 'STOPPED':
      return end(state, ending);
    default:
      return [];
  }
}

function markStopped(state: Session): Bare<SessionEvent>[] {
  // PENDING: it was stopped already, to be placed again.
  if (state.status === 'STOPPED' || state.status === 'PENDING') return [];
  if (state.afterStop === 'replace' && !state.ending) {
    must(state, ['STOPPING'], 'PENDING');
    refuseWhileHeld(state);
    return [{ type: 'session.requeued', release: releaseOf(state.placement), workerGone: false }];
  }
  must(state, ['STOPPING'], 'STOPPED');
  if (!state.ending) return [{ type: 'session.stopped' }];
  refuseWhileHeld(state);
  return [{ type: 'session.stopped', release: releaseOf(state.placement) }];
}

/** The lab and the candidate's access must be gone before the placement is given up: release follows the session. */
function refuseWhileHeld(state: Session): void {
  const left = [
    ...(state.lab ? [`lab ${state.lab.cmlLabId}`] : []),
    ...(state.userSession?.open ? ['its LDS session'] : []),
  ];
  if (left.length > 0) throw new Refusal('conflict', `session ${state.id} still holds ${left.join(' and ')}`);
}

function finish(state: Session): Bare<SessionEvent>[] {
  if (!state.ending) throw new Refusal('conflict', `session ${state.id} is not ending`);
  const target = FINAL_STATUS[state.ending.outcome];
  if (state.status === target) return [];
  must(state, ['PENDING', 'STOPPED'], target);
  const left = held(state);
  if (left.length > 0)
    throw new Refusal('conflict', `session ${state.id} still holds ${left.join(', ')}`, {
      facts: { held: left },
    });
  return [finalEvent(state.ending.outcome)];
}

function finalEvent(outcome: Outcome): Bare<SessionEvent> {
  switch (FINAL_STATUS[outcome]) {
    case 'ARCHIVED':
      return { type: 'session.archived' };
    case 'EXPIRED':
      return { type: 'session.expired' };
    case 'TERMINATED':
      return { type: 'session.terminated' };
  }
}

/** A session that the candidate has begun never moves to another worker. */
function mayBePlacedAgain(state: Session, now: number): boolean {
  return !state.startedAt && state.placements < MAX_PLACEMENTS && canStillBeMet(state.timeslot, now);
}

const endingOf = (outcome: Outcome, by: string, reason: string | undefined, now: number): Ending => ({
  outcome,
  reason: reason ?? outcome,
  by,
  at: iso(now),
});
