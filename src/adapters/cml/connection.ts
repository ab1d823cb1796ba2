import type { Fetch } from '@lcm/core/api/client.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { z } from 'zod';
import { atMost } from './at-most.ts';

/** How a CML server is spoken to. */
export interface CmlConnectionOptions {
  /** The platform's `fetch`, or one that trusts a CA of its own: see `tls-fetch.ts`. */
  fetch: Fetch;
  clock: Clock;
  /** Sent as X-Client-UUID: CML tells a client's own changes from those of others by it. */
  clientId: string;
  credentials: (cmlUrl: string) => Promise<{ username: string; password: string }>;
  /** Milliseconds for one request, 30,000 by default. */
  timeoutMs?: number | undefined;
}

/** Authenticated calls to one server, which share one login. */
export interface CmlConnection {
  /** The account that calls are made with. */
  username(): Promise<string>;
  /** @param path under `/api/v0/` @throws Refusal with CML's own description */
  json(method: Method, path: string, body?: CmlBody, timeoutMs?: number): Promise<unknown>;
  bytes(path: string): Promise<Uint8Array>;
  /** Without a login. Undefined where nothing, or something that is not CML's API, answers. */
  open(path: string): Promise<unknown>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** A value for JSON, or text that is sent raw and without a content type, as CML's import wants it. */
export type CmlBody = { json: unknown } | { raw: string };

const DEFAULT_TIMEOUT_MS = 30_000;
/** Each call at the same time needs a connection of its own, which both sides then keep open for a while. */
const CALLS_AT_ONCE = 8;
/** Answers to whether it is up must come soon: this is asked of machines that may be gone. */
const PROBE_TIMEOUT_MS = 10_000;

/**
 * Opens a connection; nothing is sent before the first call. Plain HTTP is spoken only where the URL says so.
 * Redirects are errors: a token must not follow one to somewhere else.
 */
export function cmlConnection(cmlUrl: string, options: CmlConnectionOptions): CmlConnection {
  const base = `${cmlUrl.replace(/\/+$/, '')}/api/v0/`;
  if (!/^https?:\/\//.test(base)) throw new Refusal('rule', `the URL of a CML server is not one: ${cmlUrl}`);
  let login: Promise<string> | undefined;
  const inTurn = atMost(CALLS_AT_ONCE);

  const send = async <T>(
    method: Method,
    path: string,
    read: (answer: Response) => Promise<T>,
    { body, token, timeoutMs }: { body?: CmlBody | undefined; token?: string; timeoutMs?: number },
  ): Promise<T> => {
    const limitMs = timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const controller = new AbortController();
    const cancel = options.clock.after(limitMs, () =>
      controller.abort(new Error(`no answer within ${limitMs} ms`)),
    );
    try {
      const init = requestInit(method, body, token, options.clientId);
      const answer = await options.fetch(base + path, { ...init, signal: controller.signal });
      return await read(answer);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal('unavailable', `${method} ${base}${path}: ${causeOf(error)}`, { cause: error });
    } finally {
      cancel();
    }
  };

  const logIn = async (): Promise<string> => {
    const body = { json: await options.credentials(cmlUrl) };
    const answer = await send('POST', 'authenticate', readJson('POST', 'authenticate'), { body });
    return z.string().parse(answer);
  };

  /** One login serves all who wait for it; a failed one is forgotten. */
  const token = (): Promise<string> => {
    login ??= logIn().catch((error: unknown) => {
      login = undefined;
      throw error;
    });
    return login;
  };

  const authenticated = async <T>(
    method: Method,
    path: string,
    read: (answer: Response) => Promise<T>,
    more: { body?: CmlBody | undefined; timeoutMs?: number } = {},
  ): Promise<T> => {
    const first = login ?? token();
    const used = await first;
    // What takes long by its nature, as an import does, must not keep everything else waiting.
    const turn = more.timeoutMs === undefined ? inTurn : atOnce;
    const attempt = (with_: string, last: boolean) =>
      turn(() =>
        send(method, path, async (answer) => (answer.status === 401 && !last ? EXPIRED : read(answer)), {
          ...more,
          token: with_,
        }),
      );
    const answer = await attempt(used, false);
    if (answer !== EXPIRED) return answer as T;
    // Whoever comes first logs in again; the others find that login.
    if (login === first) login = undefined;
    return (await attempt(await token(), true)) as T;
  };

  return {
    username: async () => (await options.credentials(cmlUrl)).username,
    json: (method, path, body, timeoutMs) =>
      authenticated(method, path, readJson(method, path), {
        body,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    bytes: (path) =>
      authenticated('GET', path, async (answer) => {
        if (!answer.ok) throw refusalOf('GET', path, answer.status, await answer.text());
        return new Uint8Array(await answer.arrayBuffer());
      }),
    open: async (path) => {
      try {
        return await send('GET', path, readJson('GET', path), { timeoutMs: PROBE_TIMEOUT_MS });
      } catch (error) {
        if (error instanceof Refusal) return undefined;
        throw error;
      }
    },
  };
}

const atOnce = <T>(work: () => Promise<T>): Promise<T> => work();

const EXPIRED = Symbol('the token has expired');

function requestInit(
  method: Method,
  body: CmlBody | undefined,
  token: string | undefined,
  clientId: string,
): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'x-client-uuid': clientId,
    'x-cml-client': 'LCM',
  };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const init: RequestInit = { method, headers, redirect: 'error' };
  if (!body) return init;
  if ('raw' in body) return { ...init, body: new TextEncoder().encode(body.raw) };
  headers['content-type'] = 'application/json';
  return { ...init, body: JSON.stringify(body.json) };
}

function readJson(method: Method, path: string): (answer: Response) => Promise<unknown> {
  return async (answer) => {
    const text = await answer.text();
    if (!answer.ok) throw refusalOf(method, path, answer.status, text);
    if (text === '') return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new Refusal('unavailable', `${method} ${path} answered what is not JSON: ${text.slice(0, 200)}`, {
        cause,
      });
    }
  };
}

/** The body of every error of CML (reference: its client library). */
const cmlError = z.object({ code: z.number(), description: z.string() });

function refusalOf(method: Method, path: string, status: number, text: string): Refusal {
  const description = describe(text);
  const message = `CML refused ${method} ${path} with ${status}: ${description}`;
  const facts = { status, description };
  const refusesUs = status === 401 || (path === 'authenticate' && status === 403);
  if (refusesUs) return new Refusal('forbidden', message, { facts });
  if (status === 403 || status === 409) return new Refusal('conflict', message, { facts });
  if (status === 404) return new Refusal('notFound', message, { facts });
  return new Refusal(status >= 500 || status === 429 ? 'unavailable' : 'rule', message, { facts });
}

function describe(text: string): string {
  try {
    const parsed = cmlError.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data.description;
  } catch {
    // Not JSON: a proxy in front of it speaks; its text will do.
  }
  return text.slice(0, 300);
}

/** `fetch failed` says nothing; what lies beneath does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
