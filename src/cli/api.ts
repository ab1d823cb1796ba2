import { type Client, createClient } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';

/** The control plane as the command line reaches it. */
export type Api = Client<typeof publicContract>;

/** A client of the control plane at that URL, with that bearer token or the one of `LCM_TOKEN`. */
export function apiAt(url: string, token = process.env['LCM_TOKEN']): Api {
  return createClient(publicContract, {
    baseUrl: url.replace(/\/+$/, ''),
    fetch: (target, init) => fetch(target, init),
    headers: () => (token ? { authorization: `Bearer ${token}` } : {}),
  });
}
