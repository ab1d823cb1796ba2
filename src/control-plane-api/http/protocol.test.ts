import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane();
});
afterEach(() => on.stop());

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'TRACE';
const ask = (method: Verb, url: string, headers: Record<string, string> = {}, payload?: string) =>
  on.plane.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });

describe('verbs', () => {
  it.each<[Verb, string, string]>([
    ['PUT', '/api/v1/sessions', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/api/v1/sessions/s-1', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/v1/sessions/s-1/cancel', 'OPTIONS, POST'],
    ['POST', '/api/v1/settings', 'GET, HEAD, OPTIONS, PATCH'],
    ['GET', '/api/events', 'OPTIONS, POST'],
    ['POST', '/health', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/api/v1/sessions/dry-run', 'OPTIONS, POST'],
    ['PATCH', '/api/internal/sessions/decisions', 'OPTIONS, POST'],
    ['TRACE', '/api/v1/sessions', 'GET, HEAD, OPTIONS, POST'],
  ])('%s %s is answered 405 with what is possible', async (method, url, allow) => {
    const answer = await ask(method, url, { 'content-type': 'application/json' }, '{}');
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow]);
    expect(answer.json()).toMatchObject({ type: 'urn:lcm:problem:wrong-verb', status: 405 });
  });

  it('a wrong verb is answered 405 whatever its body is', async () => {
    const url = '/api/v1/sessions/s-1';
    const bodies: [string, string][] = [
      ['text/csv', 'a,b'],
      ['application/json', '{'],
    ];
    for (const [type, body] of bodies)
      expect((await ask('PUT', url, { 'content-type': type }, body)).statusCode).toBe(405);
    const address = await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
    const query = await fetch(`${address}${url}`, { method: 'QUERY' });
    expect([query.status, query.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('OPTIONS says what is possible, HEAD is a GET without its body', async () => {
    const options = await ask('OPTIONS', '/api/v1/sessions');
    expect([options.statusCode, options.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    const [head, get] = [await ask('HEAD', '/api/v1/sessions'), await ask('GET', '/api/v1/sessions')];
    expect([head.statusCode, head.payload]).toEqual([200, '']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });
});

describe('versions', () => {
  it('an ETag comes with what has a version, and If-Match holds a change to it', async () => {
    const scene = sceneOn(on);
    await scene.definition();
    const session = await scene.book(2);
    const url = `/api/v1/sessions/${session.id}`;
    expect((await ask('GET', url)).headers['etag']).toMatch(/^"1-[\w-]{16}"$/);
    const hold = (ifMatch: string) =>
      ask('POST', `${url}/hold`, { 'content-type': 'application/json', 'if-match': ifMatch }, '{}');
    expect((await hold('"7"')).statusCode).toBe(412);
    expect((await hold('W/"1"')).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/headers/if-match' }],
    });
    const held = await hold('"1"');
    expect([held.statusCode, held.headers['etag']]).toEqual([200, '"2"']);
    expect((await hold('*')).statusCode).toBe(200);
  });

  it('of what is not there are not asked for: that is a 404', async () => {
    const headers = { 'content-type': 'application/json', 'if-match': '"3"' };
    const answer = await ask('POST', '/api/v1/tasks/none/close', headers, '{}');
    expect(answer.json()).toMatchObject({ type: 'urn:lcm:problem:notFound', status: 404 });
  });
});

describe('correlation ids', () => {
  it('are kept from the request to the answer, the problem and the event', async () => {
    const scene = sceneOn(on);
    await scene.definition();
    const session = await scene.book(2);
    const mine = { 'x-correlation-id': 'trace-1', 'content-type': 'application/json' };
    const held = await ask('POST', `/api/v1/sessions/${session.id}/hold`, mine, '{}');
    expect(held.headers['x-correlation-id']).toBe('trace-1');
    const history = await on.store.history('session', session.id, 1, 10);
    expect(history.map(({ correlationId }) => correlationId)).toEqual(['trace-1']);
    expect((await ask('GET', '/api/v1/sessions/none', mine)).json().correlationId).toBe('trace-1');
  });

  it('are made where the request has none, or none that can be logged', async () => {
    for (const given of [undefined, 'a b', 'x'.repeat(200)]) {
      const answer = await ask('GET', '/health', given ? { 'x-correlation-id': given } : {});
      expect(answer.headers['x-correlation-id']).toMatch(/^[\w-]{20,}$/);
      expect(answer.headers['x-correlation-id']).not.toBe(given);
    }
  });
});

describe('what cannot be read', () => {
  it.each<[string, Verb, string, string | undefined]>([
    ['a filter that nobody knows', 'GET', '/api/v1/sessions?statsu=READY', '/query/statsu'],
    ['a status that there is not', 'GET', '/api/v1/sessions?status=ready,asleep', '/query/status/1'],
    ['a path that is not UTF-8', 'GET', '/api/v1/sessions/%E0%A4%A', undefined],
  ])('is a problem: %s', async (_what, method, url, pointer) => {
    const answer = await ask(method, url);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 400, ...(pointer ? { errors: [{ pointer }] } : {}) });
  });

  it.each(['null', '[]', '"text"', '3'])('is a problem: a body that is %s', async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask('PATCH', '/api/v1/settings', headers, body);
    expect(answer.json()).toMatchObject({ type: 'urn:lcm:problem:invalid', status: 400 });
  });

  it('no body at all is one without fields', async () => {
    const answer = await ask('PATCH', '/api/v1/settings');
    expect(answer.json()).toMatchObject({ status: 422, detail: 'nothing to change was given' });
  });

  it.each([
    [201, 400],
    [501, 414],
  ])('is a problem: an id of %i characters', async (length, status) => {
    const answer = await ask('GET', `/api/v1/workers/${'x'.repeat(length)}`);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect([answer.statusCode, answer.json().status]).toEqual([status, status]);
  });

  it('is a problem: a body that is not JSON', async () => {
    const answer = await ask('POST', '/api/v1/sessions', { 'content-type': 'text/csv' }, 'a,b');
    expect(answer.json()).toMatchObject({ status: 415 });
  });

  it.each([
    ['a malformed request line', 'GARBAGE\r\n\r\n', 400],
    ['an unknown verb', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'a malformed chunk',
      'POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nZZ\r\n',
      400,
    ],
  ])('is a problem even before it is HTTP: %s', async (_what, text, status) => {
    await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((on.plane.app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.setEncoding('utf8');
    let answer = '';
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.write(text);
    await once(socket, 'close');
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} \\w+`));
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(body)).toMatchObject({ status, type: `urn:lcm:problem:http-${status}` });
  });
});

it('/metrics tells of requests by route, commits, projection, streams and sessions', async () => {
  const scene = sceneOn(on);
  await scene.definition();
  await Promise.all([scene.book(2), scene.book(3)]);
  await ask('GET', '/api/v1/sessions/s-none');
  await on.clock.advance(1_500);
  const answer = await ask('GET', '/metrics');
  expect(answer.headers['content-type']).toMatch('text/plain');
  for (const line of [
    'lcm_http_requests_total{route="/api/v1/sessions",method="POST",status="201"} 2',
    'lcm_http_requests_total{route="/api/v1/sessions/:id",method="GET",status="404"} 1',
    'lcm_http_request_duration_seconds_count{route="/api/v1/sessions",method="POST"} 2',
    'lcm_sessions{status="PENDING"} 2',
    'lcm_commits_total 4',
    'lcm_commit_conflicts_total 0',
    `lcm_projection_events_total ${await on.store.headOfLog()}`,
    'lcm_event_streams 0',
  ])
    expect(answer.payload.split('\n')).toContain(line);
  expect(answer.payload).toContain('process_resident_memory_bytes');
});

it('a worker that nobody knows has no measurements', async () => {
  const report = on.controller.internal.reportMetrics({
    params: { id: 'w-none' as never },
    body: { at: '2026-01-01T00:00:00Z', cpuPercent: 3 },
  });
  await expect(report).rejects.toMatchObject({ code: 'notFound' });
});

it('the docs page loads nothing but what this server has', async () => {
  const page = await ask('GET', '/api/docs/');
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self' 'sha256-[^;]*';/,
  );
  const loaded = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
  expect(loaded).toEqual(['js/scalar.js']);
  expect((await ask('GET', '/api/docs/js/scalar.js')).headers['content-type']).toMatch('javascript');
});
