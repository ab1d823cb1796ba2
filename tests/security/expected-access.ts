import type { AccessRule } from '@lcm/core/api/access-rule.ts';
import { collectionOf, type Operation } from './operations.ts';
import type { Persona, Personas } from './personas.ts';

/** What a request comes to, as far as access goes. */
export type Outcome = 'allowed' | 'unauthenticated' | 'forbidden' | 'notFound';

/** Outcome by whose the thing is; `allowed` where it is not named. */
type Outcomes = Readonly<Record<string, Outcome>>;

/**
 * What each rule means to those whose role an operation takes, written down once more by hand: what is not named here is
 * allowed. It must not be made of the rules themselves.
 */
const MEANING: Partial<Record<AccessRule, Partial<Record<Persona, Outcomes>>>> = {
  booksForOthers: {
    user: { 'for another': 'forbidden', 'for another department': 'forbidden' },
    manager: { 'for another department': 'forbidden' },
    'manager of the west': { 'for another department': 'forbidden' },
  },
  seesSession: {
    candidate: { anns: 'notFound', others: 'notFound' },
    'manager of the west': { cys: 'notFound' },
  },
  actsOnSession: {
    candidate: { anns: 'notFound', others: 'notFound' },
    user: { cys: 'forbidden', others: 'forbidden' },
    'lab-author': { cys: 'forbidden', anns: 'forbidden', others: 'forbidden' },
    manager: { anns: 'forbidden', others: 'forbidden' },
    'manager of the west': { cys: 'notFound', anns: 'forbidden', others: 'forbidden' },
  },
  ownResults: {
    candidate: { anns: 'notFound', others: 'notFound' },
    user: { cys: 'notFound', others: 'notFound' },
    'manager of the west': { cys: 'notFound' },
  },
  seesFleet: { 'manager of the west': { cys: 'notFound', east: 'notFound' } },
  actsOnFleet: { 'manager of the west': { cys: 'notFound', east: 'notFound' } },
  tasks: {
    user: { ccie: 'notFound', others: 'notFound' },
    'lab-author': { ccie: 'notFound', anns: 'notFound', others: 'notFound' },
    manager: { anns: 'notFound', others: 'notFound' },
    'manager of the west': { anns: 'notFound', others: 'notFound' },
  },
  self: {
    candidate: { anns: 'notFound', others: 'notFound' },
    user: { others: 'notFound' },
    'lab-author': { anns: 'notFound' },
    manager: { anns: 'notFound', others: 'notFound' },
    'manager of the west': { anns: 'notFound', others: 'notFound' },
    admin: { anns: 'notFound', others: 'notFound' },
  },
  ownTokens: {
    user: { others: 'notFound' },
    'lab-author': { anns: 'notFound' },
    manager: { anns: 'notFound', others: 'notFound' },
    'manager of the west': { anns: 'notFound', others: 'notFound' },
  },
};

/** What must become of that persona's request, as the operation declares. */
export function expectedOf(
  operation: Operation,
  persona: Persona,
  whose: string,
  personas: Personas,
): Outcome {
  const { roles, rule, services } = operation;
  if (rule === 'public') return 'allowed';
  const { isKnown, caller, as = persona, scopes } = personas[persona];
  if (!isKnown) return 'unauthenticated';
  if (!roles.some((role) => caller.roles.includes(role))) return 'forbidden';
  if (scopes && !scopes.some((scope) => opens(scope, operation))) return 'forbidden';
  if (rule === 'service') return services.some((name) => name === persona) ? 'allowed' : 'forbidden';
  // The results of one session are asked for by the session: whoever sees that, sees which of them are theirs.
  const meaning =
    rule === 'ownResults' && collectionOf(operation) === '/api/v1/sessions' ? 'seesSession' : rule;
  return MEANING[meaning]?.[as]?.[whose] ?? 'allowed';
}

/** What no token opens, but for the question whose it is. */
const LOGINS = /^\/api\/(?:auth|internal|v1\/(?:accounts|service-accounts|access-tokens))(?:\/|$)/;

/** Whether an access token of the scope is good for an operation, as docs/access-matrix.md says it. */
function opens(scope: string, { method, path }: Operation): boolean {
  if (path === '/api/auth/user') return true;
  const [resource, verb] = scope.split(':');
  const isOfResource = new RegExp(`^/api/(?:v1/)?${resource}(?:/|$)`).test(path);
  return !LOGINS.test(path) && (verb === 'write' || method === 'GET') && (resource === 'all' || isOfResource);
}
