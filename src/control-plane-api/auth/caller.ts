import type { Role } from '@lcm/core/api/endpoint.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';
import { type Owner, ownerKey } from '@lcm/core/domain/person.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** Who calls, as every command and query sees it. */
export interface Caller {
  issuer: string;
  subject: string;
  username: string;
  roles: readonly Role[];
  department?: string | undefined;
  /** Groups as the issuer names them; policies may be narrowed by them. */
  groups?: readonly string[] | undefined;
  /** Absent for who is nobody that a session is booked for. */
  knownAs?: KnownAs | undefined;
  /** What a personal access token is limited to; all that the roles allow where absent. */
  scopes?: readonly string[] | undefined;
  /** The services that it speaks for, where its role is `controller`: it may call what they need, and nothing else. */
  services?: readonly ServiceName[] | undefined;
  /** Which credential proved it, for the audit: never the credential itself. */
  credential?: { type: 'login' | 'bearer' | 'access-token' | 'service'; id: string } | undefined;
  /** The admin who acts as this caller. */
  impersonator?: Pick<Caller, 'issuer' | 'subject' | 'username'> | undefined;
  /** Where the request came from, as far as trusted proxies tell. */
  address?: string | undefined;
}

/** As whom a booking may know somebody, as far as their issuer vouches for it. */
export interface KnownAs {
  /** Ids that a booking system may have. */
  ids: readonly string[];
  /** In lower case, and verified. */
  email?: string | undefined;
}

/** What a request proves its caller by. */
export interface Credentials {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** IP address of the peer, or what trusted proxies say it is. */
  address?: string | undefined;
}

/** The credentials in a request as Fastify gives it. */
export const credentialsOf = (
  request: Pick<Credentials, 'method' | 'headers'> & { ip: string },
): Credentials => ({
  method: request.method,
  headers: request.headers,
  address: request.ip,
});

/** Tells who a request comes from. @throws Refusal `unauthenticated` */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** One way to prove who calls; undefined where the request does not try this way. */
export type AuthenticationWay = (credentials: Credentials) => Promise<Caller | undefined>;

/** Tries the ways in order. A way that a request tries, and fails, ends the matter. */
export function authenticateBy(ways: readonly AuthenticationWay[]): Authenticate {
  return async (credentials) => {
    for (const way of ways) {
      const caller = await way(credentials);
      if (caller) return { ...caller, address: credentials.address };
    }
    throw new Refusal('unauthenticated', 'log in, or send a bearer token');
  };
}

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
