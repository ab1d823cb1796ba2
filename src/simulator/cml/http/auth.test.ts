import { expect, test } from 'vitest';
import { simulatedCml } from '../simulated-cml.fixture.ts';

test('a login gives the token as a JSON string in quotes', async () => {
  const { server } = await simulatedCml();
  const response = await server.app.inject({
    method: 'POST',
    url: '/api/v0/authenticate',
    payload: { username: 'admin', password: 'admin' },
  });
  expect(response.headers['content-type']).toContain('application/json');
  expect(response.body).toMatch(/^"[\w-]+\.[\w-]+\.[\w-]+"$/);
});

test('a wrong password is 403, in the words of CML', async () => {
  const cml = await simulatedCml();
  const answer = await cml.call('POST', 'authenticate', { username: 'admin', password: 'wrong' });
  expect(answer).toMatchObject({ status: 403, body: { code: 403, description: 'Authentication failed!' } });
});

test('a missing, an unknown and an expired token are 401', async () => {
  const cml = await simulatedCml();
  const ask = (authorization?: string) =>
    cml.server.app.inject({
      method: 'GET',
      url: '/api/v0/authok',
      headers: authorization === undefined ? {} : { authorization },
    });
  expect((await ask()).statusCode).toBe(401);
  expect((await ask('Bearer nonsense')).json()).toMatchObject({ code: 401 });
  expect((await cml.call('GET', 'authok')).body).toBe('OK');
  await cml.clock.advance(86_400_000);
  expect((await cml.call('GET', 'authok')).status).toBe(401);
});

test('a token outlives a restart and ends with a logout', async () => {
  const cml = await simulatedCml();
  await cml.restart();
  expect((await cml.call('GET', 'labs')).status).toBe(200);
  expect((await cml.call('DELETE', 'logout')).body).toBe(true);
  expect((await cml.call('GET', 'labs')).status).toBe(401);
});

test('logging out of all sessions ends the other tokens too', async () => {
  const cml = await simulatedCml();
  const other = (await cml.call('POST', 'auth_extended', { username: 'admin', password: 'admin' })).body;
  expect(other).toMatchObject({ username: 'admin', admin: true });
  await cml.call('DELETE', 'logout?clear_all_sessions=true');
  const response = await cml.server.app.inject({
    method: 'GET',
    url: '/api/v0/authok',
    headers: { authorization: `Bearer ${other.token}` },
  });
  expect(response.statusCode).toBe(401);
});

test('who is not an administrator may not do what only administrators do', async () => {
  const cml = await simulatedCml();
  await cml.call('POST', 'users', { username: 'ann', password: 'pw' });
  await cml.logIn('ann', 'pw');
  expect((await cml.call('POST', 'users', { username: 'bob', password: 'pw' })).status).toBe(403);
  expect((await cml.call('GET', 'licensing')).status).toBe(403);
});

test('in maintenance only administrators get in', async () => {
  const cml = await simulatedCml();
  await cml.call('POST', 'users', { username: 'ann', password: 'pw' });
  await cml.call('PATCH', 'system/maintenance_mode', { maintenance_mode: true });
  expect((await cml.call('GET', 'labs')).status).toBe(200);
  await cml.logIn('ann', 'pw');
  expect((await cml.call('GET', 'labs')).status).toBe(503);
});
