import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** A request, and the addresses that it may go to. */
export interface PinnedRequest {
  url: URL;
  init: RequestInit;
  /** At least one; nothing else is connected to, whatever the name resolves to by then. */
  addresses: readonly string[];
}

const DEFAULT_MAX_BYTES = 1_000_000;
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

/**
 * Sends one request over a connection of its own and reads the answer; follows no redirect. The name in the
 * URL still goes into `Host` and is what the certificate must be for.
 * @throws Refusal `unavailable` where nothing answers, `rule` where the answer is too large; the signal's reason
 */
export function requestAt(
  { url, init, addresses }: PinnedRequest,
  maxBytes = DEFAULT_MAX_BYTES,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(
      url,
      {
        method: init.method ?? 'GET',
        headers: {
          'accept-encoding': 'identity',
          ...(init.body instanceof URLSearchParams ? { 'content-type': FORM } : {}),
          ...Object.fromEntries(new Headers(init.headers)),
        },
        agent: false,
        lookup: pinnedTo(addresses),
        ...(init.signal ? { signal: init.signal } : {}),
      },
      (answer) => collect(answer, maxBytes).then(resolve, fail),
    );
    const fail = (error: unknown) => {
      request.destroy();
      if (init.signal?.aborted) reject(init.signal.reason);
      else if (error instanceof Refusal) reject(error);
      else
        reject(
          new Refusal('unavailable', `${url.host} does not answer (${codeOf(error)})`, { cause: error }),
        );
    };
    request.on('error', fail);
    request.end(bodyOf(init.body));
  });
}

/** A look-up that knows its answer. */
const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_name, { all }, answer) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const [first] = found;
    if (!first) answer(new Error('there is no address to connect to'), '', 0);
    else if (all) answer(null, found);
    else answer(null, first.address, first.family);
  };

async function collect(answer: IncomingMessage, maxBytes: number): Promise<Response> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer) {
    bytes += part.length;
    if (bytes > maxBytes) throw new Refusal('rule', `the answer is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 599) throw new Refusal('unavailable', `it answered with the status ${status}`);
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : Buffer.concat(parts), { status, headers });
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text, bytes and forms can be sent');
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
