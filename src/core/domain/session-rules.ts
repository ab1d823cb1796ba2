import { type Bare, mayBecome } from './decider.ts';
import { illegalTransition, Refusal } from './refusal.ts';
import { SESSION_TRANSITIONS, type SessionCommand, type SessionEvent } from './session.ts';
import type { Placement, Release, Session, SessionStatus } from './session-state.ts';

/** The command of that type. */
export type Of<Type extends SessionCommand['type']> = Extract<SessionCommand, { type: Type }>;

/** One rule per type of command: what it makes happen, or why it is refused. */
export type RulesFor<Type extends SessionCommand['type']> = {
  [One in Type]: (state: Session, command: Of<One>, now: number) => Bare<SessionEvent>[];
};

/** @throws Refusal `illegalTransition` unless the session is in one of these states and may go there, or is there */
export function must(state: Session, from: readonly SessionStatus[], to: SessionStatus): void {
  const stays = state.status === to;
  if (!from.includes(state.status) || (!stays && !mayBecome(SESSION_TRANSITIONS, state.status, to)))
    throw illegal(state, to);
}

/** The refusal of a step that the session's table does not have from here. */
export const illegal = (state: Session, to: SessionStatus) =>
  illegalTransition('session', state.id, state.status, to);

/** @throws Refusal `conflict` where it is decided that the session ends */
export function refuseIfEnding(state: Session): void {
  if (state.ending) throw new Refusal('conflict', `session ${state.id} is ending: ${state.ending.outcome}`);
}

/** What is to be released in its ledger when the session gives up that placement or proposal. */
export function releaseOf(placement: Placement): Release;
export function releaseOf(placement: Placement | undefined): Release | undefined;
export function releaseOf(placement: Placement | undefined): Release | undefined {
  return placement && { placementId: placement.id, workerId: placement.workerId };
}
