import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { isServiceName, SERVICES } from '@lcm/core/api/services.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Authenticate, Caller } from './auth/caller.ts';

/** Callers as a test wants them: the bearer token is the caller, as JSON. */
export const testCallers: Authenticate = async ({ headers: { authorization } }) => {
  if (authorization === undefined) throw new Refusal('unauthenticated', 'no token was sent');
  return JSON.parse(String(authorization).replace(/^Bearer /, ''));
};

/** A caller of the test's own issuer. */
export function callerOf(role: Caller['roles'][number], name: string, department?: string): Caller {
  // A controller of another name is all of them at once.
  const services = role !== 'controller' ? undefined : isServiceName(name) ? [name] : SERVICES;
  return {
    issuer: 'https://idp',
    subject: `id-of-${name}`,
    username: name,
    roles: [role],
    department,
    services,
  };
}

/** Headers by which `testCallers` knows the caller. */
export const asCaller = (caller: Caller) => ({ authorization: `Bearer ${JSON.stringify(caller)}` });

/** A client that calls as that caller. */
export function clientAs(caller: Caller, fetch: Fetch) {
  return createClient(contract, { baseUrl: '', fetch, headers: () => asCaller(caller) });
}
