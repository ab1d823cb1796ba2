import type { Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { type Caller, ownKey } from './caller.ts';
import { inSight, type Place, type Sight } from './fleet-sight.ts';
import { tasksVisibleTo } from './task-access.ts';

// Who sees, touches and reads what, beyond the roles that an operation needs (PRODUCT.md, Identity). Lists,
// counts, single reads, live events and commands all ask here. core/api/access-rule.ts says it in words.

/** Who looks, and how far. */
export interface Viewer {
  caller: Caller;
  /** All of the fleet where absent. */
  sight: Sight | undefined;
}

/** Texts that fields of an aggregate must have. A field that it lacks counts as the empty text. */
export type Bounds = Readonly<Record<string, string>>;

const ALL: Bounds = {};

/**
 * What lists of a kind are narrowed to, and with them everything else: what does not hold for an aggregate, its
 * viewer does not see. Kinds that are not here have no rule, and are the system's own services' alone.
 */
const BOUNDS = {
  session: (caller) => (onlyOwn(caller) ? { ownerKey: ownKey(caller) } : ALL),
  'score-report': (caller) => (seesAllResults(caller) ? ALL : { ownerKey: ownKey(caller) }),
  task: (caller) => ({ ...tasksVisibleTo(caller) }),
  definition: staffOnly,
  worker: staffOnly,
  'worker-ledger': staffOnly,
  'worker-template': staffOnly,
  'lab-record': staffOnly,
} satisfies Partial<Record<Kind, (caller: Caller) => Bounds | undefined>>;

/** Kinds that people can see. */
export type VisibleKind = keyof typeof BOUNDS;

/** What a list of the kind is narrowed to for this caller; undefined where it sees none of them. */
export const boundsOf = (kind: VisibleKind, caller: Caller): Bounds | undefined => BOUNDS[kind](caller);

/**
 * Whether the viewer sees it at all.
 * @param place where in the fleet it is, as far as that matters: not asked for without a narrowed sight
 */
export function sees<K extends VisibleKind>(
  { caller, sight }: Viewer,
  kind: K,
  state: StateOf<K>,
  place: Place | undefined,
): boolean {
  const bounds = boundsOf(kind, caller);
  if (!bounds || !holds(state, bounds)) return false;
  return inSight(sight, place) || isOwn(caller, state);
}

/** Whether there is nothing that the viewer does not see and read. */
export const seesEverything = ({ caller }: Viewer): boolean => caller.roles.includes('admin');

/** @throws Refusal `forbidden` unless it is the caller's own, of a manager's department, or the caller is an admin */
export function refuseUnlessActing(caller: Caller, session: Session): void {
  if (mayActOn(caller, session)) return;
  throw new Refusal('forbidden', `session ${session.id} belongs to somebody else`);
}

/** Whether the viewer reads who the candidate is and how to log in for them: whoever may act on it. */
export const readsCandidate = (caller: Caller, session: Session): boolean => mayActOn(caller, session);

/** Whether the viewer reads by which checks a lab is graded: whoever is in no position to sit it. */
export const readsRubrics = ({ roles }: Caller): boolean =>
  roles.some((role) => role === 'admin' || role === 'manager' || role === 'lab-author');

/** Whether the caller books for others: admins, and managers in their department. */
export const booksForOthers = ({ roles }: Caller): boolean =>
  roles.includes('admin') || roles.includes('manager');

/** Whether the caller sees nothing but its own sessions and results. */
export const onlyOwn = ({ roles }: Caller): boolean => !roles.some((role) => STAFF.includes(role));
const STAFF: readonly string[] = ['admin', 'manager', 'lab-author', 'user'];

function mayActOn(caller: Caller, session: Session): boolean {
  if (caller.roles.includes('admin') || isOwn(caller, session)) return true;
  // A manager without a department has none to manage, not that of all who have none.
  return (
    caller.roles.includes('manager') &&
    caller.department !== undefined &&
    caller.department === session.department
  );
}

/** Results are of those who author, run and grade; of others, their own. */
const seesAllResults = readsRubrics;

function staffOnly(caller: Caller): Bounds | undefined {
  return onlyOwn(caller) ? undefined : ALL;
}

const isOwn = (caller: Caller, state: unknown): boolean => textOf(state, 'ownerKey') === ownKey(caller);

const holds = (state: unknown, bounds: Bounds): boolean =>
  Object.entries(bounds).every(([field, text]) => textOf(state, field) === text);

function textOf(state: unknown, field: string): string {
  const value: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, field) : undefined;
  return typeof value === 'string' ? value : '';
}
