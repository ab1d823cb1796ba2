import type { Fetch } from '@lcm/core/api/client.ts';
import type { FastifyInstance } from 'fastify';

/** `fetch` that asks the server without a socket: the same routes, checks and answers, no network. */
export function inProcessFetch(app: FastifyInstance): Fetch {
  return async (url, init) => {
    const target = new URL(url, 'http://in-process');
    init.signal?.throwIfAborted();
    const answer = await app.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: target.pathname + target.search,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' || init.body instanceof URLSearchParams
        ? { payload: String(init.body) }
        : {}),
    });
    const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const empty = answer.statusCode === 204 || answer.statusCode === 304;
    return new Response(empty ? null : answer.rawPayload, { status: answer.statusCode, headers });
  };
}
