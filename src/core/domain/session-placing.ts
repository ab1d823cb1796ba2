import type { Bare } from './decider.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import type { SessionEvent } from './session.ts';
import { must, type Of, type RulesFor, refuseIfEnding, releaseOf } from './session-rules.ts';
import type { Session, SessionStatus } from './session-state.ts';
import { iso, ms } from './time.ts';
import { durationSeconds } from './timeslot.ts';

/** Where and when a session runs: proposals and placements (intent first), holds, and changes of its slot. */
export const placing: RulesFor<
  | 'propose'
  | 'confirmPlacement'
  | 'withdrawProposal'
  | 'recordRelease'
  | 'recordDecision'
  | 'hold'
  | 'unhold'
  | 'changeTimeslot'
  | 'settleTimeslot'
> = {
  propose: (state, { placementId, workerId, decision }, now) => {
    if (state.proposal?.id === placementId) return [];
    if (state.placement?.id === placementId) return [];
    must(state, ['PENDING', 'SCHEDULED'], 'SCHEDULED');
    refuseIfEnding(state);
    if (state.onHold) throw new Refusal('conflict', `session ${state.id} is on hold`);
    if (state.proposal) {
      throw new Refusal('conflict', `session ${state.id} has proposal ${state.proposal.id} under way`);
    }
    // Its release would take away the reservation that is made for it now.
    if (state.releases.some((release) => release.placementId === placementId)) {
      throw new Refusal('conflict', `placement ${placementId} of session ${state.id} is being given back`);
    }
    const placement = { id: placementId, workerId, at: iso(now) };
    return [{ type: 'session.placement.proposed', placement, decision }];
  },

  confirmPlacement: (state, { placementId }) => {
    if (state.placement?.id === placementId) return [];
    if (state.proposal?.id !== placementId) {
      throw new Refusal('conflict', `session ${state.id} does not propose placement ${placementId} any more`);
    }
    must(state, ['PENDING', 'SCHEDULED'], 'SCHEDULED');
    refuseIfEnding(state);
    return [{ type: 'session.scheduled', placement: state.proposal, previous: releaseOf(state.placement) }];
  },

  withdrawProposal: (state, { placementId }) => {
    const { proposal } = state;
    if (proposal?.id !== placementId) return [];
    return [{ type: 'session.placement.withdrawn', release: { placementId, workerId: proposal.workerId } }];
  },

  recordRelease: (state, { placementId }) =>
    state.releases.some((release) => release.placementId === placementId)
      ? [{ type: 'session.placement.released', placementId }]
      : [],

  recordDecision: (state, { decision }) =>
    state.status === 'PENDING' && !sameJson(decision, state.decision)
      ? [{ type: 'session.decided', decision }]
      : [],

  hold: (state) => {
    if (state.onHold) return [];
    must(state, ['PENDING'], 'PENDING');
    return [{ type: 'session.held' }];
  },

  unhold: (state) => (state.onHold ? [{ type: 'session.unheld' }] : []),

  changeTimeslot,

  settleTimeslot: () => [{ type: 'session.timeslot.settled' }],
};

/** States in which the whole slot may move, and those in which its end may. */
const MAY_MOVE: readonly SessionStatus[] = ['PENDING', 'SCHEDULED'];
const MAY_EXTEND: readonly SessionStatus[] = [...MAY_MOVE, 'INSTANTIATING', 'READY', 'RUNNING', 'STOPPED'];

/** Reschedules before the start, extends during; the caller has asked the worker's ledger first. */
function changeTimeslot(
  state: Session,
  { timeslot, placementId }: Of<'changeTimeslot'>,
  now: number,
): Bare<SessionEvent>[] {
  if (sameJson(timeslot, state.timeslot)) return [];
  // What is being reserved is reserved for the slot as it is.
  if (state.proposal?.id !== placementId)
    throw new Refusal('conflict', `session ${state.id} is being placed; try again in a moment`);
  if (durationSeconds(timeslot) <= 0) throw new Refusal('rule', 'the timeslot ends before it starts');
  const movesStart = ms(timeslot.start) !== ms(state.timeslot.start);
  const [what, allowed] = movesStart ? (['start', MAY_MOVE] as const) : (['end', MAY_EXTEND] as const);
  if (!allowed.includes(state.status)) {
    throw new Refusal(
      'illegalTransition',
      `session ${state.id} is ${state.status}: the ${what} of its slot cannot be changed any more`,
      { facts: { kind: 'session', id: state.id, from: state.status } },
    );
  }
  refuseIfEnding(state);
  if (ms(timeslot.end) <= now) {
    throw new Refusal('rule', `the new end ${timeslot.end} has passed already`, {
      fields: [{ pointer: '/end', message: 'must lie in the future' }],
    });
  }
  const changed: Bare<SessionEvent> = {
    type: 'session.timeslot.changed',
    from: state.timeslot,
    to: timeslot,
  };
  if (!state.proposal) return [changed];
  must(state, ['SCHEDULED'], 'SCHEDULED');
  const previous = releaseOf(state.placement);
  return [changed, { type: 'session.scheduled', placement: state.proposal, previous }];
}
