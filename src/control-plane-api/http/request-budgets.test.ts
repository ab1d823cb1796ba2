import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { asCaller, callerOf, testCallers } from '../test-callers.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane({
    authenticate: async (credentials) => {
      if (credentials.headers.authorization === 'Bearer guessed')
        throw new Refusal('unauthenticated', 'no such token');
      return testCallers(credentials);
    },
  });
});
afterEach(() => on.stop());

const ask = (headers: Record<string, string>, remoteAddress = '192.0.2.1', url = '/api/auth/user') =>
  on.plane.app.inject({ method: 'GET', url, headers, remoteAddress });
const ann = asCaller(callerOf('candidate', 'ann'));

it('a caller is told what is left, and beyond it when to come again', async () => {
  const first = await ask(ann);
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"minute";q=600;w=60',
    ratelimit: '"minute";r=599;t=1',
  });
  for (let index = 0; index < 599; index++) await ask(ann);
  const refused = await ask(ann);
  expect([refused.statusCode, refused.headers['retry-after'], refused.headers['ratelimit']]).toEqual([
    429,
    '1',
    '"minute";r=0;t=60',
  ]);
  expect(refused.json()).toMatchObject({ type: 'urn:lcm:problem:tooManyRequests', status: 429 });
  expect((await ask(asCaller(callerOf('candidate', 'bob')))).statusCode).toBe(200);
  await on.clock.advance(1_000);
  expect((await ask(ann)).statusCode).toBe(200);
});

it('an address that guesses is held up, whoever is logged in there is not', async () => {
  const guess = (address: string) => ask({ authorization: 'Bearer guessed' }, address);
  const statuses = [];
  for (let index = 0; index < 61; index++) statuses.push((await guess('192.0.2.9')).statusCode);
  expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
  expect((await guess('192.0.2.10')).statusCode).toBe(401);
  expect((await ask(ann, '192.0.2.9')).statusCode).toBe(200);
});

it('a stream counts too', async () => {
  const bare = await ask({ authorization: 'Bearer guessed' }, '192.0.2.77', '/api/events/stream');
  expect([bare.statusCode, bare.headers['ratelimit']]).toEqual([401, '"minute";r=59;t=1']);
});

it('a budget that is changed holds at once, and null is none', async () => {
  const admin = asCaller(callerOf('admin', 'root'));
  const change = (payload: object) =>
    on.plane.app.inject({
      method: 'PATCH',
      url: '/api/v1/settings',
      headers: { 'content-type': 'application/json', ...admin },
      payload: JSON.stringify({ requestsPerMinute: payload }),
    });
  expect((await ask(admin)).headers).not.toHaveProperty('ratelimit');
  expect((await change({ candidate: 2 })).statusCode).toBe(200);
  expect([(await ask(ann)).statusCode, (await ask(ann)).statusCode, (await ask(ann)).statusCode]).toEqual([
    200, 200, 429,
  ]);
  await change({ candidate: null });
  expect((await ask(ann)).statusCode).toBe(200);
});

it('what is sent by who may not ask is not even read', async () => {
  const answer = await on.plane.app.inject({
    method: 'POST',
    url: '/api/v1/sessions',
    headers: { 'content-type': 'application/json' },
    payload: '{"broken',
  });
  expect(answer.statusCode).toBe(401);
});
