import { createClient } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';

/** Somebody who logs in with a password. */
export interface Account {
  username: string;
  password: string;
}

/** A bearer token, and how long it is good. */
export interface GivenToken {
  token: string;
  expiresInSeconds: number;
}

/** The administrator of the demo, on installations that have its accounts. */
export const DEMO_ADMIN: Account = { username: 'admin', password: 'test' };

/**
 * Logs in where the control plane keeps the accounts itself.
 * @throws Refusal `unauthenticated` for a wrong password, `notFound` naming the issuer that has the accounts
 */
export async function logIn(url: string, account: Account): Promise<GivenToken> {
  const nobody = createClient(publicContract, {
    baseUrl: url.replace(/\/+$/, ''),
    fetch: (target, init) => fetch(target, init),
  });
  const { access_token, expires_in } = await nobody.accounts.logIn({ body: account });
  return { token: access_token, expiresInSeconds: expires_in };
}
