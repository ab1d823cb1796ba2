import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { gradingRoutes } from '../grading/engine.ts';
import { virtualWorld } from '../virtual-world.ts';
import { authorization, reservation } from './lds.fixture.ts';
import { ldsRoutes } from './lds.ts';

it('LDS and the grading engine can share a server with others', async () => {
  const world = virtualWorld();
  const app = Fastify();
  app.post('/other', async (request) => request.body);
  app.register(
    ldsRoutes(world, {
      username: 'lcm',
      password: 'pässword',
      publicUrl: 'https://labs.test',
      eventSinks: [],
    }),
    { prefix: '/peers/lds' },
  );
  app.register(gradingRoutes(world, { apiKey: 'key', eventSinks: [] }), { prefix: '/peers/grading' });

  const base = '/peers/lds/reservations/v3/lab_session';
  const headers = { authorization };
  const created = await app.inject({ method: 'POST', url: base, headers, payload: reservation });
  const { url } = (
    await app.inject({ url: `${base}/${created.json().id}/lablet_launch_url`, headers })
  ).json();
  expect((await app.inject(new URL(url).pathname)).body).toContain('action="/peers/lds/lab/');

  const gradings = await app.inject({
    url: '/peers/grading/api/v1/gradings',
    headers: { 'x-api-key': 'key' },
  });
  expect(gradings.json()).toEqual([]);
  // The habits of LDS stay with LDS: elsewhere an empty JSON body is still an error.
  const empty = { method: 'POST', url: '/other', headers: { 'content-type': 'application/json' } } as const;
  expect((await app.inject(empty)).statusCode).toBe(400);
  await app.close();
});
