import { sameSecret } from '@lcm/adapters/secrets/same-secret.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Credentials } from '../caller.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request of that method may change something. */
export const changes = ({ method }: Pick<Credentials, 'method'>): boolean => !SAFE_METHODS.has(method);

/**
 * Refuses a request that another site's page had the browser send along with our cookie: one that changes something
 * has to come from our own page, by what the browser says of it, and by a token that only our page can read.
 * @throws Refusal `forbidden`
 */
export function refuseForged(credentials: Credentials, csrf: string, origin: string): void {
  if (!changes(credentials)) return;
  const { 'sec-fetch-site': site, origin: from, 'x-csrf-token': token } = credentials.headers;
  if (site !== undefined && site !== 'same-origin') throw forged(`it comes from a ${site} page`);
  if (from !== undefined && from !== origin) throw forged(`it comes from ${String(from).slice(0, 200)}`);
  if (typeof token !== 'string' || !sameSecret(token, csrf))
    throw forged('x-csrf-token has to repeat the token that GET /api/auth/session gives');
}

const forged = (why: string) =>
  new Refusal('forbidden', `the request may be forged: ${why}`, { facts: { csrf: true } });
