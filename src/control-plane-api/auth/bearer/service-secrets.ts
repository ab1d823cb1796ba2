import type { Role } from '@lcm/core/api/endpoint.ts';
import type { ServiceName } from '@lcm/core/api/services.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { AuthenticationWay, Caller } from '../caller.ts';
import { bearerTokenOf, fingerprintOf } from './bearer-token.ts';

/** A part of the system itself that calls the control plane, where no issuer gives it a token. */
export interface ServiceAccount {
  name: string;
  roles: readonly Role[];
  /** Whose internal operations it may call. */
  services?: readonly ServiceName[];
  /** As `newServiceSecret` makes it, or agreed on with a sender of events. */
  secret: string;
}

const PREFIX = 'lcm_svc_';

/** A secret for one service and one run. @param secret of 256 bits, in base64url */
export const newServiceSecret = (secret: string): string => PREFIX + secret;

/** Service accounts, each by a secret of its own. */
export function serviceSecrets(accounts: readonly ServiceAccount[]): AuthenticationWay {
  // Looked up by hash: how long that takes says nothing of the secret.
  const byHash = new Map(accounts.map((account) => [fingerprintOf(account.secret), callerOf(account)]));
  return async (credentials) => {
    const token = bearerTokenOf(credentials);
    if (token === undefined) return undefined;
    const caller = byHash.get(fingerprintOf(token));
    if (caller) return caller;
    if (!token.startsWith(PREFIX)) return undefined;
    throw new Refusal('unauthenticated', 'this service token is not known here; one is made for each run');
  };
}

const callerOf = ({ name, roles, services }: ServiceAccount): Caller => ({
  issuer: 'local',
  subject: name,
  username: name,
  roles,
  ...(services ? { services } : {}),
  credential: { type: 'service', id: name },
});
