import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { ownerKey } from '@lcm/core/domain/person.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { sceneOn } from '../../scene.fixture.ts';
import { callerOf, clientAs, testCallers } from '../../test-callers.fixture.ts';
import { TestBrowser } from './browser.fixture.ts';
import { TestIssuer } from './issuer.fixture.ts';

const PAGE = 'http://localhost:8020';
let issuer: TestIssuer;
let on: TestPlane;
let clock: VirtualClock;
let browser: TestBrowser;
let scene: ReturnType<typeof sceneOn>;

beforeEach(async () => {
  clock = new VirtualClock(Date.now());
  issuer = await TestIssuer.start(() => Date.now());
  const plane = await startTestPlane({
    clock,
    authenticate: testCallers,
    parts: {
      login: {
        issuer: {
          issuer: () => issuer.url,
          clientId: 'lcm-page',
          clientSecret: 'page-secret',
          fetch: (url, init) => fetch(url, init),
        },
        publicUrl: () => new URL(PAGE),
      },
    },
  });
  on = {
    ...plane,
    admin: clientAs(callerOf('admin', 'root'), plane.plane.fetch),
    controller: clientAs(callerOf('controller', 'controllers'), plane.plane.fetch),
  };
  scene = sceneOn(on);
  await scene.definition();
  browser = new TestBrowser(on.plane.app, PAGE);
});
afterEach(async () => {
  await on.stop();
  await issuer.stop();
});

const booked = () =>
  scene.book(2, { owner: { externalId: 'booking-1' }, candidate: { email: 'Zoe@example.com' } });
const zoe = { sub: 's-zoe', username: 'zoe', roles: ['candidate'] };
const ownerOf = async ({ id }: { id: string }) => (await scene.session(id)).ownerKey;
const shown = async () => {
  const answer = await browser.ask('GET', '/api/v1/sessions');
  return answer.json().items.map(({ id }: { id: string }) => id);
};

it('who logs in to the page owns what was booked for their address from that moment on, and finds it there', async () => {
  const session = await booked();
  issuer.claims = { ...zoe, email: 'zoe@EXAMPLE.com', email_verified: true };
  const there = await browser.ask('GET', '/api/auth/login');
  await browser.ask('GET', await issuer.logIn(String(there.headers.location)));
  expect(await ownerOf(session)).toBe(ownerKey({ issuer: issuer.url, subject: 's-zoe' }));
  expect(await shown()).toEqual([session.id]);
});

it('who logs in with an address that nobody has verified owns nothing by it', async () => {
  const session = await booked();
  issuer.claims = { ...zoe, email: 'zoe@example.com', email_verified: false };
  await browser.logIn(issuer);
  expect(await shown()).toEqual([]);
  expect(await ownerOf(session)).toBe('external:booking-1');
});

it('who is logged in finds what is booked for them meanwhile, within a minute', async () => {
  issuer.claims = { ...zoe, user_id: 'booking-1' };
  await browser.logIn(issuer);
  expect(await shown()).toEqual([]);
  const session = await booked();
  await clock.advance(60_000);
  expect(await shown()).toEqual([session.id]);
});

it('who looks at the page as somebody else does not log in for them', async () => {
  const session = await booked();
  issuer.claims = { ...zoe, user_id: 'booking-1', act: { sub: 's-root', username: 'root' } };
  await browser.logIn(issuer);
  expect(await shown()).toEqual([]);
  expect(await ownerOf(session)).toBe('external:booking-1');
});

it('nobody is shown by which address or ids they are known', async () => {
  issuer.claims = { ...zoe, user_id: 'u-zoe', email: 'zoe@example.com', email_verified: true };
  await browser.logIn(issuer);
  const answer = await browser.ask('GET', '/api/auth/session');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).not.toMatch(/u-zoe|example\.com/);
});
