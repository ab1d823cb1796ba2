import { afterEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import type { Exposure } from './exposure.ts';

let on: TestPlane;
afterEach(() => on.stop());

const start = async (exposure: Exposure) => {
  on = await startTestPlane({ parts: { exposure } });
};
const statusFor = async (host: string, url = '/health', headers: Record<string, string> = {}) =>
  (await on.plane.app.inject({ method: 'GET', url, headers: { host, ...headers } })).statusCode;

it('a server of this machine alone answers to no name that somebody has led here', async () => {
  await start({ onlyHere: true });
  for (const host of [
    'evil.example:8020',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'user@',
    '10.0.0.1',
  ])
    expect(await statusFor(host), host).toBe(421);
  for (const url of ['/api/auth/login', '/api/v1/sessions', '/nothing', '/'])
    expect(await statusFor('evil.example', url), url).toBe(421);
});

it('it answers to this machine, by whatever port and address', async () => {
  await start({ onlyHere: true });
  for (const host of [
    'localhost',
    'localhost:8020',
    'LOCALHOST:1',
    '127.0.0.1:8020',
    '127.8.0.1',
    '[::1]:8020',
    'lcm.localhost',
  ])
    expect(await statusFor(host), host).toBe(200);
});

it('it answers to its public name too, and believes no page that says it was asked for that', async () => {
  await start({ onlyHere: true, publicUrl: 'https://lcm.example.com', trustedProxies: ['127.0.0.1'] });
  expect(await statusFor('lcm.example.com')).toBe(200);
  for (const name of ['localhost', 'lcm.example.com'])
    expect(await statusFor('evil.example', '/health', { 'x-forwarded-host': name })).toBe(421);
});

it('a server that others reach answers to whatever name they have for it', async () => {
  await start({});
  expect(await statusFor('lcm.internal:8020')).toBe(200);
});
