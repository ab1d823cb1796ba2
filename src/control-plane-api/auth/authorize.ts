import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { permittedBy } from '@lcm/core/api/scope.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyRequest } from 'fastify';
import { type Authenticate, type Caller, credentialsOf } from './caller.ts';

/** What tells an operation's callers: its roles, its rule, the services that need it, and what scopes go by. */
export type Operation = Pick<Endpoint, 'method' | 'path' | 'summary' | 'roles' | 'rule'> & {
  services?: Endpoint['services'];
};

/** Who calls an operation that needs no login. */
const NOBODY: Caller = { issuer: '', subject: 'anonymous', username: 'anonymous', roles: [] };

/**
 * Who calls, if they may call this operation at all. What they see and touch by it is decided where it is
 * read and written, by the same rule for all operations (access-rules.ts).
 * @throws Refusal `unauthenticated`; `forbidden` for want of a role or a scope
 */
export async function callerFor(
  operation: Operation,
  request: FastifyRequest,
  authenticate: Authenticate,
): Promise<Caller> {
  const credentials = credentialsOf(request);
  if (operation.rule === 'public') return { ...NOBODY, address: credentials.address };
  const caller = await authenticate(credentials);
  authorize(operation, caller);
  return caller;
}

/** @throws Refusal `forbidden` for want of a role or a scope */
export function authorize(operation: Operation, caller: Caller): void {
  const { roles, summary, rule, services = [] } = operation;
  if (!roles.some((role) => caller.roles.includes(role)))
    throw new Refusal('forbidden', `${summary}: needs one of the roles ${roles.join(', ')}`);
  if (rule === 'service' && !services.some((service) => caller.services?.includes(service)))
    throw new Refusal('forbidden', `${summary}: only ${services.join(' and ')} may do this`);
  if (!permittedBy(caller.scopes, operation))
    throw new Refusal('forbidden', `${summary}: the scopes of this token do not cover it`);
}
