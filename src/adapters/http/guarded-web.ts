import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Web } from '@lcm/core/spi/web.ts';
import { type PinnedRequest, requestAt } from './pinned-request.ts';
import type { Reachable } from './reachable-addresses.ts';

export interface GuardedWebOptions {
  reachable: Reachable;
  clock: Clock;
  /** Milliseconds from the first look-up to the last byte. */
  timeoutMs?: number;
  /** Bytes that an answer may have, after which it is cut off. */
  maxBytes?: number;
  /** How many redirects are followed; each is checked as the first address was. */
  maxRedirects?: number;
  /** All addresses of a name; the system's resolver where absent. */
  resolve?: (name: string) => Promise<readonly string[]>;
}

const systemResolver = async (name: string) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The web for addresses that users give: http and https only, to no address that is not theirs to reach.
 * Names are resolved here and the connection goes to the very address that was checked, so that a name that
 * changes its mind between check and connection (DNS rebinding) gains nothing.
 * @throws Refusal `rule` for what may never be fetched, `unavailable` for what did not answer this time
 */
export function guardedWeb(options: GuardedWebOptions): Web {
  const { clock, timeoutMs = 10_000, maxRedirects = 0 } = options;
  const fetch: Web['fetch'] = async (url, init) => {
    const late = deadline(clock, timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    try {
      let request: PinnedRequest = { url: parse(url), init: { ...init, signal }, addresses: [] };
      for (let redirects = 0; ; redirects += 1) {
        const addresses = await abortable(checkedAddresses(request.url, options), signal);
        const answer = await requestAt({ ...request, addresses }, options.maxBytes);
        const next = maxRedirects > 0 ? redirected(request, answer) : undefined;
        if (!next) return answer;
        if (redirects >= maxRedirects)
          throw new Refusal('rule', `it redirects more than ${maxRedirects} times`);
        request = next;
      }
    } finally {
      late.cancel();
    }
  };
  const check = async (url: string) => {
    const late = deadline(clock, timeoutMs);
    await abortable(checkedAddresses(parse(url), options), late.signal).finally(late.cancel);
  };
  return { fetch, check };
}

/** A signal that is given when the time is over, unless it is cancelled before. */
function deadline(clock: Clock, timeoutMs: number): { signal: AbortSignal; cancel: () => void } {
  const ending = new AbortController();
  const late = () => ending.abort(new Refusal('unavailable', `no answer within ${timeoutMs} ms`));
  return { signal: ending.signal, cancel: clock.after(timeoutMs, late) };
}

/** A URL that may be fetched as far as one sees without looking names up. @throws Refusal `rule` */
function parse(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw new Refusal('rule', 'it is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Refusal('rule', `only http and https are fetched, not ${url.protocol}`);
  if (url.username || url.password) throw new Refusal('rule', 'a URL must not carry a user name or password');
  return url;
}

/**
 * Where the URL leads. A name of which one address may not be reached is refused altogether, and the message
 * does not say what it resolved to: it would let users look into the network from outside.
 */
async function checkedAddresses(
  url: URL,
  { reachable, resolve = systemResolver }: GuardedWebOptions,
): Promise<readonly string[]> {
  // The URL parser has made dotted quads of decimal, octal and hexadecimal addresses by now.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await resolved(host, resolve);
  if (addresses.length > 0 && addresses.every(reachable)) return addresses;
  throw new Refusal('rule', `${url.hostname} is not to be reached from here`, {
    facts: { host: url.hostname },
  });
}

async function resolved(host: string, resolve: (name: string) => Promise<readonly string[]>) {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new Refusal('unavailable', `${host} cannot be resolved`, { cause });
  }
}

/** Headers that are meant for the first address alone. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];

/** The request that a redirect asks for (RFC 9110, 15.4); undefined where the answer is none. */
function redirected({ url, init }: PinnedRequest, answer: Response): PinnedRequest | undefined {
  const location = answer.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return undefined;
  const target = parse(location, url);
  if (url.protocol === 'https:' && target.protocol === 'http:')
    throw new Refusal('rule', 'it redirects from https to http');
  const headers = new Headers(init.headers);
  if (target.origin !== url.origin) for (const name of CREDENTIALS) headers.delete(name);
  if (answer.status === 307 || answer.status === 308)
    return { url: target, init: { ...init, headers }, addresses: [] };
  const { body: _body, ...rest } = init;
  for (const name of ['content-type', 'content-length']) headers.delete(name);
  const method = init.method === 'HEAD' ? 'HEAD' : 'GET';
  return { url: target, init: { ...rest, method, headers }, addresses: [] };
}

/** A look-up cannot be called off; what waits for it can. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}
