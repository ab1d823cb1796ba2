import { expect, it } from 'vitest';
import { withCsrfToken } from './csrf.ts';

/** A server whose login wants that token, and what it was asked. */
function server(wanted: () => string | undefined) {
  const asked: string[] = [];
  const send = withCsrfToken(async (url, init) => {
    const token = new Headers(init.headers).get('x-csrf-token');
    asked.push(`${init.method} ${url}${token ? ` ${token}` : ''}`);
    if (url === '/api/auth/session') return Response.json(wanted() ? { csrfToken: wanted() } : {});
    if (init.method === 'GET' || token === (wanted() ?? null)) return Response.json({});
    return Response.json({ facts: { csrf: true } }, { status: 403 });
  });
  return { asked, ask: async (method: string) => (await send('/x', { method })).status };
}

it('what only looks goes without a token', async () => {
  const { ask, asked } = server(() => 'one');
  expect(await ask('GET')).toBe(200);
  expect(asked).toEqual(['GET /x']);
});

it('what changes something carries the token, which is asked for once', async () => {
  const { ask, asked } = server(() => 'one');
  expect(await Promise.all([ask('POST'), ask('DELETE')])).toEqual([200, 200]);
  expect(asked.filter((line) => line === 'GET /api/auth/session')).toHaveLength(1);
});

it('another login’s token is asked for when the server wants it, and the request sent again', async () => {
  let token = 'one';
  const { ask, asked } = server(() => token);
  await ask('POST');
  token = 'two';
  expect(await ask('POST')).toBe(200);
  expect(asked.slice(-3)).toEqual(['POST /x one', 'GET /api/auth/session', 'POST /x two']);
});

it('a request that stays refused is not sent for ever', async () => {
  let token = 0;
  const { ask, asked } = server(() => String(token++));
  expect(await ask('POST')).toBe(403);
  expect(asked.filter((line) => line.startsWith('POST'))).toHaveLength(2);
});

it('a login without cookies needs none', async () => {
  const { ask, asked } = server(() => undefined);
  expect(await ask('POST')).toBe(200);
  expect(asked.at(-1)).toBe('POST /x');
});
