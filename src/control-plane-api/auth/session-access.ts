import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { ListQuery } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller, ownKey } from './caller.ts';

/** Whether the caller may see the session at all (PRODUCT.md, Identity). */
export function maySee(caller: Caller, session: Session): boolean {
  return !onlyOwn(caller) || isOwn(caller, session);
}

/** Whether the caller may act on it: admins on all, managers on their department's, others on their own. */
function mayActOn(caller: Caller, session: Session): boolean {
  if (caller.roles.includes('admin')) return true;
  if (isOwn(caller, session)) return true;
  if (!caller.roles.includes('manager')) return false;
  // Names are unique with one issuer only, but only those who book for others need to be known by theirs.
  return session.department === caller.department || session.bookedBy === actorOf(caller);
}

/** @throws Refusal `notFound` for what the caller may not see, `forbidden` for what it may not touch */
export function refuseUnlessActing(caller: Caller, session: Session): void {
  if (!maySee(caller, session)) throw new Refusal('notFound', `there is no session ${session.id}`);
  if (!mayActOn(caller, session))
    throw new Refusal('forbidden', `session ${session.id} belongs to somebody else`);
}

/** What a list is narrowed to for this caller. */
export function visibleTo(caller: Caller): NonNullable<ListQuery['where']> {
  return onlyOwn(caller) ? { ownerKey: ownKey(caller) } : {};
}

/** What a list of results is narrowed to: they are their owner's, and of those who author, run and grade. */
export function resultsVisibleTo(caller: Caller): NonNullable<ListQuery['where']> {
  const all = caller.roles.some((role) => role === 'admin' || role === 'manager' || role === 'lab-author');
  return all ? {} : { ownerKey: ownKey(caller) };
}

/** Whether the caller sees sessions with configurations, login URLs and who the candidate is. */
export function seesCandidates(caller: Caller, session: Session): boolean {
  return seesAllCandidates(caller) || isOwn(caller, session);
}

/** Whether the caller sees all sessions with these. */
export const seesAllCandidates = ({ roles }: Caller): boolean =>
  roles.includes('admin') || roles.includes('manager');

/** Whether the caller sees nothing but its own sessions and results. */
export const onlyOwn = (caller: Caller) => !caller.roles.some((role) => role !== 'candidate');

const isOwn = (caller: Caller, session: Session) => session.ownerKey === ownKey(caller);
