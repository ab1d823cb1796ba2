import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { mountIdentityProvider } from './identity-provider.ts';
import { heldUpFloods } from './sign-in-floods.ts';

let clock: VirtualClock;
let on: TestPlane;
beforeEach(async () => {
  clock = new VirtualClock();
  const answer = heldUpFloods(clock, async (_request, response) => void response.end('answered'));
  on = await startTestPlane({ clock, parts: { beside: [(app) => mountIdentityProvider(app, answer)] } });
});
afterEach(() => on.stop());

const ask = (url: string, remoteAddress = '10.0.0.1') =>
  on.plane.app.inject({ method: 'GET', url, remoteAddress });

it.each(['/oidc/auth?client_id=lcm-page', '/oidc/session/end'])(
  'a flood of %s is held up, for its address alone and for a while',
  async (url) => {
    for (let at = 0; at < 600; at += 1) expect((await ask(url)).statusCode).toBe(200);
    const refused = await ask(url);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(refused.json()).toMatchObject({ type: 'urn:lcm:problem:tooManyRequests' });
    expect((await ask(url, '10.0.0.2')).statusCode).toBe(200);
    for (const other of ['/oidc/token', '/oidc/auth/abc', '/oidc/sign-in/abc'])
      expect((await ask(other)).statusCode).toBe(200);
    await clock.advance(1_000);
    expect((await ask(url)).statusCode).toBe(200);
  },
);
