import type { Role } from '@lcm/core/api/endpoint.ts';
import { type Owner, ownerKey } from '@lcm/core/domain/person.ts';

/** Who calls, as every command and query sees it. */
export interface Caller {
  issuer: string;
  subject: string;
  username: string;
  roles: readonly Role[];
  department?: string | undefined;
}

/** Tells who a request comes from. */
export type Authenticate = (headers: Record<string, string | string[] | undefined>) => Promise<Caller>;

/** The caller as the owner of a session. */
export function asOwner(caller: Caller): Owner {
  return { issuer: caller.issuer, subject: caller.subject };
}

/** How the caller stands in events and audit. */
export function actorOf(caller: Caller): string {
  return caller.username;
}

/** The key under which the caller's own sessions are listed. */
export function ownKey(caller: Caller): string {
  return ownerKey(asOwner(caller));
}
