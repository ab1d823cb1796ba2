import type { Fetch } from '@lcm/core/api/client.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** How the Lab Delivery System is spoken to. */
export interface LdsConnectionOptions {
  /** Scheme, host and port, with the path that the API lies under; not `/reservations/v3` itself. */
  baseUrl: string;
  username: string;
  password: string;
  fetch: Fetch;
  clock: Clock;
  /** Milliseconds for one request, 30,000 by default. */
  timeoutMs?: number | undefined;
}

/** One authenticated call (HTTP Basic) under `/reservations/v3/`; undefined where there is no such thing (404). */
export type LdsCall = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<unknown>;

const DEFAULT_TIMEOUT_MS = 30_000;

/** Opens a connection; nothing is sent before the first call. Redirects are errors: credentials must not follow one. */
export function ldsConnection(options: LdsConnectionOptions): LdsCall {
  const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const base = `${options.baseUrl.replace(/\/+$/, '')}/reservations/v3/`;
  const login = `${options.username}:${options.password}`;
  const authorization = `Basic ${Buffer.from(login, 'utf8').toString('base64')}`;
  return async (method, path, body) => {
    const controller = new AbortController();
    const cancel = clock.after(timeoutMs, () =>
      controller.abort(new Error(`no answer within ${timeoutMs} ms`)),
    );
    const headers: Record<string, string> = { accept: 'application/json', authorization };
    // A POST without a body is answered 415 by some of LDS's endpoints.
    const sent = method === 'GET' ? undefined : JSON.stringify(body ?? {});
    if (sent !== undefined) headers['content-type'] = 'application/json';
    try {
      const answer = await options.fetch(base + path, {
        method,
        headers,
        redirect: 'error',
        signal: controller.signal,
        ...(sent === undefined ? {} : { body: sent }),
      });
      return read(method, path, answer.status, await answer.text());
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal('unavailable', `LDS cannot be reached, ${method} ${path}: ${causeOf(error)}`, {
        cause: error,
      });
    } finally {
      cancel();
    }
  };
}

function read(method: string, path: string, status: number, text: string): unknown {
  if (status === 404) return undefined;
  const message = `LDS refused ${method} ${path} with ${status}: ${text.slice(0, 300)}`;
  if (status === 401 || status === 403) throw new Refusal('forbidden', message);
  if (status === 409) throw new Refusal('conflict', message);
  if (status >= 500 || status === 429) throw new Refusal('unavailable', message);
  if (status >= 400) throw new Refusal('rule', message);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal('unavailable', `LDS answered ${method} ${path} with what is not JSON`, { cause });
  }
}

/** `fetch failed` says nothing; what lies beneath does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
