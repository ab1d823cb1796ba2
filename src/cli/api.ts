import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { type Client, createClient, type Fetch } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';
import { openKeptTokens } from './credentials/kept-tokens.ts';
import { type Account, logIn } from './credentials/log-in.ts';

/** The control plane as the command line reaches it. */
export type Api = Client<typeof publicContract>;

const web: Fetch = (target, init) => fetch(target, init);

/** A client of the control plane at that URL, with that bearer token or the one that this terminal has for it. */
export function apiAt(url: string, token = tokenAt(url)): Api {
  return createClient(publicContract, {
    baseUrl: url.replace(/\/+$/, ''),
    fetch: web,
    headers: () => (token ? { authorization: `Bearer ${token}` } : {}),
  });
}

/** The bearer token for the control plane at that URL: `LCM_TOKEN`, or what `lcm login` has kept. */
export const tokenAt = (url: string): string | undefined =>
  process.env['LCM_TOKEN'] || openKeptTokens(process.env).get(url, systemClock.now())?.token;

/** A client that logs in by itself, when it first calls and again when its token is no longer taken. */
export function apiAs(url: string, account: Account): Api {
  let token: Promise<string> | undefined;
  const given = (): Promise<string> => {
    token ??= logIn(url, account).then(
      (given) => given.token,
      (refusal: unknown) => {
        token = undefined;
        throw refusal;
      },
    );
    return token;
  };
  const call: Fetch = async (target, init) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${await given()}`);
    return web(target, { ...init, headers });
  };
  return createClient(publicContract, {
    baseUrl: url.replace(/\/+$/, ''),
    fetch: async (target, init) => {
      const answer = await call(target, init);
      if (answer.status !== 401) return answer;
      token = undefined;
      return call(target, init);
    },
  });
}
