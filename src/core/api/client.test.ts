import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import { createClient } from './client.ts';
import { endpoint } from './endpoint.ts';
import { anyOf } from './list.ts';

const contract = {
  things: {
    get: endpoint({
      method: 'GET',
      path: '/things/:id/parts/:part',
      summary: 'One part',
      roles: [],
      rule: 'public',
      params: z.object({ id: z.string(), part: z.string() }),
      answer: z.object({ ok: z.boolean() }),
    }),
    list: endpoint({
      method: 'GET',
      path: '/things',
      summary: 'All',
      roles: [],
      rule: 'public',
      query: z.object({
        limit: z.coerce.number().optional(),
        status: anyOf(['A', 'B']),
        name: z.string().optional(),
      }),
      answer: z.object({ ok: z.boolean() }),
    }),
    make: endpoint({
      method: 'POST',
      path: '/things',
      summary: 'Make one',
      roles: [],
      rule: 'public',
      body: z.object({ name: z.string().optional() }),
      answer: z.object({ ok: z.boolean() }),
    }),
    remove: endpoint({
      method: 'DELETE',
      path: '/things/:id',
      summary: 'Remove',
      roles: [],
      rule: 'public',
      params: z.object({ id: z.string() }),
    }),
  },
};

/** A server that answers as it is told and remembers what it was asked. */
function server(answer: () => Response = () => Response.json({ ok: true })) {
  const asked: { url: string; init: RequestInit }[] = [];
  const client = createClient(contract, {
    baseUrl: 'http://server',
    headers: () => ({ authorization: `Bearer ${asked.length}` }),
    fetch: async (url, init) => {
      asked.push({ url, init });
      return answer();
    },
  });
  return { client, asked };
}

async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.catch((error: unknown) => error);
  if (!(outcome instanceof Refusal)) throw new Error(`expected a refusal, not ${String(outcome)}`);
  return outcome;
}

const problemOf = (body: unknown, status: number) => () =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });

describe('a call', () => {
  it('fills in its path, each part encoded', async () => {
    const { client, asked } = server();
    await client.things.get({ params: { id: 'a/b c', part: 'ü?' } });
    expect(asked[0]?.url).toBe('http://server/things/a%2Fb%20c/parts/%C3%BC%3F');
  });

  it('writes its query: several values each, absent ones not at all', async () => {
    const { client, asked } = server();
    await client.things.list({ query: { limit: 5, status: ['A', 'B'], name: undefined } });
    expect(asked[0]?.url).toBe('http://server/things?limit=5&status=A&status=B');
  });

  it('needs no input where the endpoint has none', async () => {
    const { client, asked } = server();
    await client.things.list();
    expect(asked[0]?.url).toBe('http://server/things');
    expect(asked[0]?.init.body).toBeUndefined();
  });

  it('sends its body as JSON', async () => {
    const { client, asked } = server();
    await client.things.make({ body: { name: 'x' } });
    expect(asked[0]?.init).toMatchObject({ method: 'POST', body: '{"name":"x"}' });
    expect(asked[0]?.init.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('carries the headers of every call, asked for anew, and its own', async () => {
    const { client, asked } = server();
    await client.things.list({ headers: { 'if-match': '"1"' } });
    await client.things.list();
    expect(asked[0]?.init.headers).toMatchObject({ authorization: 'Bearer 0', 'if-match': '"1"' });
    expect(asked[1]?.init.headers).toMatchObject({ authorization: 'Bearer 1' });
  });

  it('gives what the server answers, and nothing for 204', async () => {
    expect(await server().client.things.list()).toEqual({ ok: true });
    const { client } = server(() => new Response(null, { status: 204 }));
    expect(await client.things.remove({ params: { id: 'x' } })).toBeUndefined();
  });
});

describe('a refused call', () => {
  it('throws the refusal of the server, with its code, fields and facts', async () => {
    const body = {
      type: 'urn:lcm:problem:doesNotFit',
      title: 'Does not fit',
      status: 409,
      detail: 'worker w-1 is full',
      errors: [{ pointer: '/end', message: 'too late' }],
      facts: { sessionId: 's-1' },
      correlationId: 'c-7',
    };
    const refusal = await refusalOf(server(problemOf(body, 409)).client.things.list());
    expect(refusal).toMatchObject({
      code: 'doesNotFit',
      message: 'worker w-1 is full',
      fields: body.errors,
      facts: body.facts,
      correlationId: 'c-7',
    });
  });

  it('says what the title says where there is no detail', async () => {
    const body = { type: 'urn:lcm:problem:notFound', title: 'Not found', status: 404 };
    expect(await refusalOf(server(problemOf(body, 404)).client.things.list())).toMatchObject({
      code: 'notFound',
      message: 'Not found',
    });
  });

  it.each([
    ['a proxy that answers in HTML', '<html>Bad gateway</html>', 502, 'unavailable'],
    ['a problem that is not ours', { type: 'about:blank', title: 'No', status: 500 }, 500, 'unavailable'],
    ['a request that somebody else cannot read', 'no', 400, 'invalid'],
  ])('is told from %s', async (_what, body, status, code) => {
    const refusal = await refusalOf(server(problemOf(body, status)).client.things.list());
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(`GET /things answered ${status}`);
  });

  it('is unavailable where the server cannot be reached', async () => {
    const { client } = server(() => {
      throw new TypeError('connection refused');
    });
    const refusal = await refusalOf(client.things.list());
    expect(refusal.code).toBe('unavailable');
    expect(refusal.message).toMatch(/http:\/\/server cannot be reached: .*connection refused/);
  });

  it('is not a refusal where the caller gave up', async () => {
    const given = new AbortController();
    const { client } = server(() => {
      given.abort();
      throw given.signal.reason;
    });
    await expect(client.things.list({ signal: given.signal })).rejects.toBe(given.signal.reason);
  });
});
