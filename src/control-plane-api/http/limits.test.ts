import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { endpoint } from '@lcm/core/api/endpoint.ts';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { openDoor } from './door.ts';
import { requestBudgets } from './request-budgets.ts';
import { registerRoutes } from './routes.ts';
import { withinTime } from './within-time.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane();
});
afterEach(() => on.stop());

it.each([
  ['/api/v1/sessions', 101_000, 413],
  ['/api/v1/sessions', 90_000, 400],
  ['/api/v1/definitions', 2_000_000, 400],
  ['/api/v1/definitions', 8_600_000, 413],
  ['/api/v1/sessions/bulk', 500_000, 400],
  ['/api/v1/sessions/bulk', 1_100_000, 413],
])('%s with %i bytes is answered %i', async (url, bytes, status) => {
  const answer = await on.plane.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ unknown: 'x'.repeat(bytes) }),
  });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch('application/problem+json');
});

it('an operation that takes too long is answered for, and finishes what it has begun', async () => {
  const clock = new VirtualClock();
  let finished = false;
  const slow = withinTime(clock, { seconds: 30, method: 'POST', path: '/api/v1/x' }, async () => {
    await clock.sleep(31_000);
    finished = true;
  });
  const refused = expect(slow).rejects.toMatchObject({ code: 'unavailable' });
  await clock.advance(30_000);
  await refused;
  expect(finished).toBe(false);
  await clock.advance(1_000);
  expect(finished).toBe(true);
});

it('every answer of an operation that goes says since when, until when, and what to call instead', async () => {
  const old = endpoint({
    method: 'GET',
    path: '/api/v1/old',
    summary: 'Read the old way',
    roles: [],
    rule: 'public',
    answer: z.object({ ok: z.boolean() }),
    deprecated: { since: '2027-01-31', until: '2027-08-01', instead: '/api/v1/new' },
  });
  const app = Fastify();
  app.decorateRequest('caller', undefined);
  const settings = { get: async () => ({ requestsPerMinute: { anonymous: null } }) } as never;
  const services = { clock: on.clock, settings, expiring: undefined as never };
  const door = openDoor(async () => {
    throw new Error('nobody is asked who they are here');
  }, requestBudgets(services));
  registerRoutes(app, { old }, { old: async () => ({ ok: true }) }, door, services);
  const { headers } = await app.inject({ method: 'GET', url: '/api/v1/old' });
  await app.close();
  expect(headers).toMatchObject({
    deprecation: '@1801353600',
    sunset: 'Sun, 01 Aug 2027 00:00:00 GMT',
    link: '</api/docs>; rel="deprecation", </api/v1/new>; rel="successor-version"',
  });
});
