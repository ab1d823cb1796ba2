import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { type CryptoKey, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryBooks } from '../../audit/books.fixture.ts';
import type { AuditBooks } from '../../audit/trail.ts';
import { startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { testCallers } from '../../test-callers.fixture.ts';
import { TestBrowser } from './browser.fixture.ts';
import { TestIssuer } from './issuer.fixture.ts';

const PAGE = 'http://localhost:8020';
let issuer: TestIssuer;
let on: TestPlane;
let clock: VirtualClock;
let store: MemoryExpiringStore;
let browser: TestBrowser;
let publicUrl: string;
let books: AuditBooks;

beforeEach(async () => {
  publicUrl = PAGE;
  books = await memoryBooks();
  clock = new VirtualClock(Date.now());
  store = new MemoryExpiringStore(clock);
  issuer = await TestIssuer.start(() => Date.now());
  on = await startPlane();
  browser = new TestBrowser(on.plane.app, PAGE);
});
afterEach(async () => {
  await on.stop();
  await issuer.stop();
});

/** Another replica over the same store of logins. */
const startPlane = () =>
  startTestPlane({
    clock,
    authenticate: testCallers,
    parts: {
      audit: books,
      expiring: store,
      login: {
        issuer: {
          issuer: () => issuer.url,
          clientId: 'lcm-page',
          clientSecret: 'page-secret',
          fetch: (url, init) => fetch(url, init),
        },
        publicUrl: () => new URL(publicUrl),
      },
    },
  });

const me = async (who = browser) => {
  const answer = await who.ask('GET', '/api/auth/session');
  return answer.statusCode === 200 ? answer.json() : answer.statusCode;
};
/** A request that changes something. */
const act = async (headers: Record<string, string> = {}, who = browser) =>
  (await who.ask('POST', '/api/auth/extend-session', headers)).statusCode;
const minutes = (count: number) => clock.advance(count * 60_000);

describe('logging in', () => {
  it('leads to the issuer and back to where one was', async () => {
    expect(await browser.logIn(issuer, '/sessions/s-1?tab=now')).toBe('/sessions/s-1?tab=now');
    expect(await me()).toMatchObject({
      username: 'ann',
      roles: ['user'],
      department: 'ops',
      issuer: issuer.url,
    });
  });

  it('asks with PKCE, state and nonce, made anew each time', async () => {
    const asked = async () => {
      const answer = await browser.ask('GET', '/api/auth/login');
      return new URL(String(answer.headers.location)).searchParams;
    };
    const [one, other] = [await asked(), await asked()];
    expect(one.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.get(name)?.length).toBeGreaterThanOrEqual(43);
      expect(one.get(name)).not.toBe(other.get(name));
    }
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/api/auth/logout',
    'javascript:alert(1)',
    '/\t/evil.example',
  ])('never leads elsewhere: %s', async (asked) => {
    expect(await browser.logIn(issuer, asked)).toBe('/');
  });

  it('gives a cookie that scripts and other sites have nothing of', async () => {
    await browser.logIn(issuer);
    expect(browser.setCookies.get('lcm')).toMatch(
      /^lcm=[\w-]{43}; Max-Age=36000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('gives over https one for this very host alone', async () => {
    publicUrl = 'https://lcm.example.com';
    const secure = new TestBrowser(on.plane.app, publicUrl);
    await secure.logIn(issuer);
    expect(secure.setCookies.get('__Host-lcm')).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('shows the browser no token', async () => {
    const there = await browser.ask('GET', '/api/auth/login');
    const back = await browser.ask('GET', await issuer.logIn(String(there.headers.location)));
    const seen = JSON.stringify([back.headers, back.body, await me(), [...browser.cookies]]);
    expect(seen).not.toMatch(/eyJ|access-token/);
  });

  it('begins at the address that the cookie belongs to', async () => {
    const answer = await browser.ask('GET', '/api/auth/login?return=/workers', { host: '127.0.0.1:8020' });
    expect(answer.headers.location).toBe(`${PAGE}/api/auth/login?return=%2Fworkers`);
  });

  it('says on the page that the issuer cannot be reached', async () => {
    issuer.misbehave.down = true;
    const answer = await browser.ask('GET', '/api/auth/login?return=/workers');
    expect(answer.headers.location).toBe('/?auth_error=issuer_unavailable&return=%2Fworkers');
    issuer.misbehave.down = false;
    expect(await browser.logIn(issuer)).toBe('/sessions');
  });
});

describe('a login is refused', () => {
  const back = async () => {
    const there = await browser.ask('GET', '/api/auth/login');
    return issuer.logIn(String(there.headers.location));
  };
  const outcome = async (url: string, who = browser) => {
    const { headers } = await who.ask('GET', url);
    return [headers.location, who.cookies.has('lcm')];
  };

  it('in a browser that did not begin it', async () => {
    const url = await back();
    expect(await outcome(url, new TestBrowser(on.plane.app, PAGE))).toEqual([
      '/?auth_error=login_expired',
      false,
    ]);
  });

  it('a second time', async () => {
    const url = await back();
    expect((await outcome(url))[1]).toBe(true);
    browser.cookies.delete('lcm');
    expect(await outcome(url)).toEqual(['/?auth_error=login_expired', false]);
  });

  it('after ten minutes', async () => {
    const url = await back();
    await minutes(11);
    expect(await outcome(url)).toEqual(['/?auth_error=login_expired', false]);
  });

  it('with another state', async () => {
    const url = new URL(await back());
    url.searchParams.set('state', 'x'.repeat(43));
    expect(await outcome(url.href)).toEqual(['/?auth_error=login_refused', false]);
  });

  it('with a code of another login: its verifier does not match', async () => {
    const other = new URL(await back());
    const url = new URL(await back());
    url.searchParams.set('code', other.searchParams.get('code') ?? '');
    expect(await outcome(url.href)).toEqual(['/?auth_error=login_refused', false]);
  });

  it('when the issuer says no', async () => {
    const url = new URL(await back());
    url.searchParams.delete('code');
    url.searchParams.set('error', 'access_denied');
    expect(await outcome(url.href)).toEqual(['/?auth_error=login_refused', false]);
  });

  it.each([
    ['of another nonce', { nonce: 'planted' }],
    ['for another client', { aud: 'somebody-else' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that has expired', { iat: 1_700_000_000, exp: 1_700_000_300 }],
  ])('with an ID token %s', async (_what, idToken) => {
    issuer.misbehave.idToken = idToken;
    expect(await outcome(await back())).toEqual(['/?auth_error=login_refused', false]);
  });
});

describe('a login', () => {
  beforeEach(async () => {
    await browser.logIn(issuer);
  });

  it('is good at every replica, and after a restart', async () => {
    const other = await startPlane();
    const there = new TestBrowser(other.plane.app, PAGE);
    for (const [name, value] of browser.cookies) there.cookies.set(name, value);
    expect(await me(there)).toMatchObject({ username: 'ann' });
    await other.stop();
  });

  it('is not found by what the store knows it by', async () => {
    const [kept] = (await browser.ask('GET', '/api/auth/sessions')).json().items;
    const thief = new TestBrowser(on.plane.app, PAGE);
    thief.cookies.set('lcm', kept.id);
    expect(await me(thief)).toBe(401);
  });

  it('gets a new cookie when the same browser logs in again, and the old one is dead', async () => {
    const planted = new TestBrowser(on.plane.app, PAGE);
    for (const [name, value] of browser.cookies) planted.cookies.set(name, value);
    await browser.logIn(issuer);
    expect(browser.cookies.get('lcm')).not.toBe(planted.cookies.get('lcm'));
    expect([await me(planted), (await me()).username]).toEqual([401, 'ann']);
  });

  it('ends when nobody did anything for half an hour, however much was looked at', async () => {
    for (let waited = 0; waited < 29; waited += 1) {
      await minutes(1);
      expect(await me()).toMatchObject({ username: 'ann' });
    }
    await minutes(1);
    expect(await me()).toBe(401);
  });

  it('stays while somebody is there, but not beyond ten hours', async () => {
    for (let waited = 0; waited < 600; waited += 20) {
      expect(await act()).toBe(200);
      await minutes(20);
    }
    expect(await me()).toBe(401);
  });

  it('says when it will end', async () => {
    const startedAt = clock.now();
    await minutes(10);
    const at = (ms: number) => new Date(startedAt + ms).toISOString();
    expect((await me()).login).toMatchObject({ idleEndsAt: at(1_800_000), absoluteEndsAt: at(36_000_000) });
    const extended = await browser.ask('POST', '/api/auth/extend-session');
    expect(extended.json()).toMatchObject({ idleEndsAt: at(2_400_000), warningSeconds: 300 });
  });

  it('feels a limit that is lowered at once', async () => {
    await minutes(10);
    const root = { issuer: 'i', subject: 's', username: 'root', roles: ['admin'] };
    const answer = await on.plane.app.inject({
      method: 'PATCH',
      url: '/api/v1/settings',
      headers: { authorization: `Bearer ${JSON.stringify(root)}` },
      payload: { login: { idleSeconds: 400 } },
    });
    expect(answer.statusCode).toBe(200);
    expect(await me()).toBe(401);
  });

  it('gives way to a bearer token in the same request', async () => {
    const root = JSON.stringify({ issuer: 'i', subject: 's', username: 'root', roles: ['admin'] });
    const answer = await browser.ask('GET', '/api/auth/session', { authorization: `Bearer ${root}` });
    expect(answer.json()).toMatchObject({ username: 'root' });
    expect(answer.json()).not.toHaveProperty('csrfToken');
  });

  it('tells who it is of, and no more, where no more is asked', async () => {
    const user = { issuer: issuer.url, subject: 's-1', username: 'ann', roles: ['user'], department: 'ops' };
    expect((await browser.ask('GET', '/api/auth/user')).json()).toEqual(user);
    expect((await new TestBrowser(on.plane.app, PAGE).ask('GET', '/api/auth/user')).statusCode).toBe(401);
  });

  it('lets a proxy ask whether its person is an admin', async () => {
    const asked = async (who = browser) => (await who.ask('GET', '/api/auth/check-admin')).statusCode;
    expect([await asked(new TestBrowser(on.plane.app, PAGE)), await asked()]).toEqual([401, 403]);
    issuer.claims = { ...issuer.claims, roles: ['admin'] };
    await browser.logIn(issuer);
    expect(await asked()).toBe(200);
  });

  it('opens nothing of the internal API', async () => {
    issuer.claims = { ...issuer.claims, roles: ['admin', 'controller'] };
    await browser.logIn(issuer);
    expect((await browser.ask('GET', '/api/internal/settings')).statusCode).toBe(403);
  });
});

describe('a forged request', () => {
  beforeEach(async () => {
    await browser.logIn(issuer);
  });

  it.each([
    ['has no token', { 'x-csrf-token': '' }],
    ['has another token', { 'x-csrf-token': 'x'.repeat(43) }],
    ['comes from another site', { 'sec-fetch-site': 'cross-site' }],
    ['comes from a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ['comes from another origin', { origin: 'https://evil.example' }],
    ['comes from nowhere that is said', { origin: 'null' }],
  ])('that %s is refused', async (_what, headers) => {
    expect(await act(headers)).toBe(403);
    expect(await act()).toBe(200);
  });

  it('has no use for the token of another login', async () => {
    const other = new TestBrowser(on.plane.app, PAGE);
    await other.logIn(issuer);
    expect(await act({ 'x-csrf-token': other.csrf ?? '' })).toBe(403);
  });

  it('does not log anybody out', async () => {
    await browser.ask('GET', '/api/auth/logout', { 'sec-fetch-site': 'cross-site' });
    expect((await browser.ask('POST', '/api/auth/logout', { 'x-csrf-token': '' })).statusCode).toBe(403);
    expect(await me()).toMatchObject({ username: 'ann' });
  });
});

describe('tokens behind a login', () => {
  beforeEach(async () => {
    await browser.logIn(issuer);
  });

  it('are refreshed ahead of their end, and not before', async () => {
    await clock.advance(190_000);
    await me();
    expect(issuer.refreshes).toBe(0);
    await clock.advance(20_000);
    await me();
    expect(issuer.refreshes).toBe(1);
    await me();
    expect(issuer.refreshes).toBe(1);
  });

  it('are refreshed once, however many requests ask at however many replicas', async () => {
    const other = await startPlane();
    const there = new TestBrowser(other.plane.app, PAGE);
    for (const [name, value] of browser.cookies) there.cookies.set(name, value);
    await clock.advance(210_000);
    const answers = await Promise.all([1, 2, 3, 4].flatMap(() => [me(), me(there)]));
    expect(answers.map(({ username }) => username)).toEqual(Array(8).fill('ann'));
    expect(issuer.refreshes).toBe(1);
    await other.stop();
  });

  it('are waited for only when they are over', async () => {
    const gate = Promise.withResolvers<void>();
    issuer.misbehave.refreshGate = gate.promise;
    await clock.advance(295_000);
    const refreshing = me();
    await expect.poll(() => issuer.refreshes).toBe(1);
    expect(await me()).toMatchObject({ username: 'ann' });
    await clock.advance(6_000);
    let over = false;
    const waiting = me().finally(() => {
      over = true;
    });
    await clock.advance(1_000);
    expect(over).toBe(false);
    gate.resolve();
    expect(await refreshing).toMatchObject({ username: 'ann' });
    await expect.poll(() => clock.advance(100).then(() => over)).toBe(true);
    expect(await waiting).toMatchObject({ username: 'ann' });
    expect(issuer.refreshes).toBe(1);
  });

  it('tell of a role that was given or taken, and the cookie changes with it', async () => {
    const before = browser.cookies.get('lcm');
    issuer.claims = { ...issuer.claims, roles: ['manager'] };
    await clock.advance(210_000);
    expect((await me()).roles).toEqual(['manager']);
    const after = browser.cookies.get('lcm');
    expect(after).not.toBe(before);
    expect(await act()).toBe(200);
    const old = new TestBrowser(on.plane.app, PAGE);
    old.cookies.set('lcm', before ?? '');
    expect((await me(old)).roles).toEqual(['manager']);
    expect(old.cookies.get('lcm')).toBe(after);
    await minutes(2);
    const late = new TestBrowser(on.plane.app, PAGE);
    late.cookies.set('lcm', before ?? '');
    expect([await me(late), (await me()).roles]).toEqual([401, ['manager']]);
  });

  it('are refreshed when it is asked for, and never shown', async () => {
    issuer.claims = { ...issuer.claims, roles: ['manager'] };
    const answer = await browser.ask('POST', '/api/auth/refresh');
    expect(answer.json()).toMatchObject({
      username: 'ann',
      roles: ['manager'],
      login: {},
      csrfToken: browser.csrf,
    });
    expect(answer.body).not.toMatch(/eyJ|access-token/);
    expect([issuer.refreshes, (await me()).roles]).toEqual([1, ['manager']]);
  });

  it('are asked for once by each of those who ask at once', async () => {
    const refresh = async () => (await browser.ask('POST', '/api/auth/refresh')).statusCode;
    const asked = Promise.all([refresh(), refresh()]);
    let over = false;
    void asked.finally(() => {
      over = true;
    });
    await expect.poll(() => clock.advance(100).then(() => over)).toBe(true);
    expect([await asked, issuer.refreshes]).toEqual([[200, 200], 2]);
  });

  it('that cannot be refreshed now leave the login as it is', async () => {
    issuer.misbehave.down = true;
    expect((await browser.ask('POST', '/api/auth/refresh')).statusCode).toBe(503);
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it('that the issuer does not give any more end the login when it is asked', async () => {
    issuer.misbehave.refuseRefresh = true;
    expect((await browser.ask('POST', '/api/auth/refresh')).statusCode).toBe(401);
    expect(await me()).toBe(401);
  });

  it('are of no login by a bearer token', async () => {
    const authorization = `Bearer ${JSON.stringify({ issuer: 'i', subject: 's', username: 'root', roles: ['admin'] })}`;
    expect((await browser.ask('POST', '/api/auth/refresh', { authorization })).statusCode).toBe(404);
  });

  it('that the issuer does not give any more end the login', async () => {
    issuer.misbehave.refuseRefresh = true;
    await clock.advance(210_000);
    expect(await me()).toBe(401);
    issuer.misbehave.refuseRefresh = false;
    expect(await me()).toBe(401);
  });

  it('of another person end the login', async () => {
    issuer.claims = { ...issuer.claims, sub: 's-2' };
    await clock.advance(210_000);
    expect(await me()).toBe(401);
  });

  it('last to their end while the issuer is away, and the login goes on when it is back', async () => {
    issuer.misbehave.down = true;
    await clock.advance(210_000);
    expect(await me()).toMatchObject({ username: 'ann' });
    await clock.advance(100_000);
    expect(await me()).toBe(503);
    issuer.misbehave.down = false;
    await clock.advance(10_000);
    expect(await me()).toMatchObject({ username: 'ann' });
  });
});

describe('logging out', () => {
  beforeEach(async () => {
    await browser.logIn(issuer);
  });

  it('ends the login here and leads to where it ends at the issuer', async () => {
    const stolen = new TestBrowser(on.plane.app, PAGE);
    for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
    const { location } = (await browser.ask('POST', '/api/auth/logout')).json();
    const there = new URL(location);
    expect(there.origin + there.pathname).toBe(`${issuer.url}/end`);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${PAGE}/`);
    expect(there.searchParams.has('id_token_hint')).toBe(true);
    expect([browser.cookies.has('lcm'), await me(stolen), issuer.revoked.length]).toEqual([false, 401, 1]);
  });

  it('works as a link of the page', async () => {
    const answer = await browser.ask('GET', '/api/auth/logout');
    expect([answer.statusCode, answer.headers.location?.startsWith(`${issuer.url}/end`)]).toEqual([
      303,
      true,
    ]);
    expect(await me()).toBe(401);
  });

  it('works while the issuer is away', async () => {
    issuer.misbehave.down = true;
    expect((await browser.ask('POST', '/api/auth/logout')).json()).toEqual({ location: '/' });
    expect(await me()).toBe(401);
  });
});

describe('the issuer', () => {
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const tell = (token: string) =>
    on.plane.app.inject({
      method: 'POST',
      url: '/api/auth/backchannel-logout',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ logout_token: token }).toString(),
    });
  let count = 0;
  const logoutToken = (claims: Record<string, unknown>, typ = 'logout+jwt', key?: CryptoKey) =>
    issuer.sign({ jti: `j-${count++}`, events: EVENTS, ...claims }, typ, key);

  beforeEach(async () => {
    await browser.logIn(issuer);
  });

  it.each([
    ['one of its sessions', { sid: 'sid-1' }],
    ['all logins of a person', { sub: 's-1' }],
  ])('ends %s', async (_what, claims) => {
    expect((await tell(await logoutToken(claims))).statusCode).toBe(200);
    expect(await me()).toBe(401);
  });

  it('does not end those of others', async () => {
    for (const claims of [{ sid: 'sid-2' }, { sub: 's-2' }])
      expect((await tell(await logoutToken(claims))).statusCode).toBe(200);
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it('is not believed twice', async () => {
    const token = await logoutToken({ sub: 's-1' });
    await tell(token);
    await browser.logIn(issuer);
    expect((await tell(token)).statusCode).toBe(400);
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it.each([
    ['for another client', { sub: 's-1', aud: 'other' }, 'logout+jwt'],
    ['of another issuer', { sub: 's-1', iss: 'https://evil.example' }, 'logout+jwt'],
    ['with a nonce: an ID token', { sub: 's-1', nonce: 'n' }, 'JWT'],
    ['that tells no event', { sub: 's-1', events: {} }, 'logout+jwt'],
    ['that tells of nobody', {}, 'logout+jwt'],
    ['of old', { sub: 's-1', iat: 1_700_000_000 }, 'logout+jwt'],
    ['that is an access token', { sub: 's-1' }, 'at+jwt'],
  ])('is not believed by a token %s', async (_what, claims, typ) => {
    expect((await tell(await logoutToken(claims, typ))).statusCode).toBe(400);
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it('is not believed by a signature of somebody else', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect((await tell(await logoutToken({ sub: 's-1' }, 'logout+jwt', privateKey))).statusCode).toBe(400);
    const [head, claims] = (await logoutToken({ sub: 's-1' })).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const token of [`${none}.${claims}.`, `${head}.${claims}.`, 'nonsense', ''])
      expect((await tell(token)).statusCode).toBe(400);
    expect(await me()).toMatchObject({ username: 'ann' });
  });
});

describe('who was logged out, or idle for too long, proves anew who they are', () => {
  /** Goes to the issuer and back; where the way back leads. */
  const there = async (login: string) =>
    String((await browser.ask('GET', await issuer.logIn(login))).headers.location);
  const begun = async () => String((await browser.ask('GET', '/api/auth/login')).headers.location);

  it('sends back whom the issuer lets in by a proof from before the idle time, though it was asked', async () => {
    await browser.logIn(issuer);
    issuer.provenAt = Date.now();
    await minutes(32);
    expect(await me()).toBe(401);
    const again = await there(await begun());
    expect(await me()).toBe(401);
    expect(new URL(again).searchParams.get('prompt')).toBe('login');
    issuer.provenAt = clock.now();
    expect(await there(again.replace('prompt=login', 'prompt='))).toBe('/');
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it('sends back whom the issuer still knows after a logout here that it did not hear of', async () => {
    issuer.provenAt = Date.now() - 5_000;
    await browser.logIn(issuer);
    await browser.ask('POST', '/api/auth/logout');
    const again = await there(await begun());
    expect(new URL(again).searchParams.get('prompt')).toBe('login');
    expect(await me()).toBe(401);
    expect(await there(again)).toBe('/');
    expect(await me()).toMatchObject({ username: 'ann' });
  });

  it('sends back whose login was ended from another', async () => {
    issuer.provenAt = Date.now() - 5_000;
    await browser.logIn(issuer);
    const { items } = (await browser.ask('GET', '/api/auth/sessions')).json<{ items: { id: string }[] }>();
    await browser.ask('DELETE', `/api/auth/sessions/${items[0]?.id}`);
    expect(await me()).toBe(401);
    expect(new URL(await there(await begun())).searchParams.get('prompt')).toBe('login');
  });

  it('sends nobody back twice: where the issuer asks no one, no one gets in', async () => {
    issuer.provenAt = Date.now() - 5_000;
    await browser.logIn(issuer);
    await browser.ask('POST', '/api/auth/logout');
    const again = await there(await begun());
    expect(await there(again.replace('prompt=login', 'prompt='))).toContain('auth_error=login_refused');
    expect(await me()).toBe(401);
  });

  it('lets in nobody of whom the issuer does not say when they proved it, though it was asked', async () => {
    issuer.misbehave.idToken = { auth_time: undefined };
    const again = await there(await begun());
    expect(new URL(again).searchParams.get('max_age')).toBe('0');
    expect(await there(again)).toContain('auth_error=login_refused');
  });

  it('lets an admin who acts as somebody in once by what they began at the issuer', async () => {
    issuer.claims = { ...issuer.claims, act: { sub: 's-0', username: 'root' } };
    issuer.misbehave.idToken = { auth_time: undefined };
    expect(await there(await begun())).toBe('/');
    expect(await me()).toMatchObject({ username: 'ann', impersonator: { username: 'root' } });
    await minutes(32);
    expect(new URL(await there(await begun())).searchParams.get('prompt')).toBe('login');
    expect(await me()).toBe(401);
  });
});

describe('the audit', () => {
  const audited = async (operation: string) => {
    const root = JSON.stringify({ issuer: 'i', subject: 's', username: 'root', roles: ['admin'] });
    const answer = await on.plane.app.inject({
      method: 'GET',
      url: `/api/v1/audit?operation=${operation}`,
      headers: { authorization: `Bearer ${root}` },
    });
    return answer.json().items;
  };

  it('has who logged in and out, by which login and from where, and no token', async () => {
    await browser.logIn(issuer);
    const [{ id }] = (await browser.ask('GET', '/api/auth/sessions')).json().items;
    await browser.ask('GET', '/api/auth/logout');
    for (const operation of ['auth.logIn', 'auth.logOut']) {
      const entries = await audited(operation);
      expect(entries).toMatchObject([
        {
          outcome: 'done',
          actor: { subject: 's-1', username: 'ann', address: '127.0.0.1', credential: { type: 'login', id } },
        },
      ]);
      expect(JSON.stringify(entries)).not.toMatch(/eyJ/);
    }
  });

  it('has once who logged out by the page’s own request', async () => {
    await browser.logIn(issuer);
    await browser.ask('POST', '/api/auth/logout');
    expect(await audited('auth.logOut')).toMatchObject([{ outcome: 'done', actor: { username: 'ann' } }]);
  });

  it('has whom the issuer did not confirm', async () => {
    issuer.misbehave.idToken = { nonce: 'planted' };
    await browser.logIn(issuer);
    expect(await audited('auth.logIn')).toMatchObject([
      { outcome: 'refused', actor: { subject: 'anonymous' }, refusal: { code: 'unauthenticated' } },
    ]);
  });
});

it('a flood of logins that are begun and never ended is held up', async () => {
  const statuses = new Set<number>();
  for (let asked = 0; asked < 610; asked++)
    statuses.add((await browser.ask('GET', '/api/auth/login')).statusCode);
  expect([...statuses]).toEqual([303, 429]);
});

describe('the list of logins', () => {
  const logins = async (who: TestBrowser, of = 'me') =>
    (await who.ask('GET', `/api/auth/sessions?of=${of}`)).json().items;
  const as = async (claims: Record<string, unknown>) => {
    const who = new TestBrowser(on.plane.app, PAGE);
    issuer.claims = claims;
    await who.logIn(issuer);
    return who;
  };

  it('is one’s own; admins see and end everybody’s', async () => {
    const ann = await as({ sub: 's-1', username: 'ann', roles: ['candidate'] });
    const annElsewhere = await as({ sub: 's-1', username: 'ann', roles: ['candidate'] });
    const root = await as({ sub: 's-0', username: 'root', roles: ['admin'] });
    const own: { id: string; current: boolean }[] = await logins(ann);
    expect(own.map(({ current }) => current).sort()).toEqual([false, true]);
    expect((await ann.ask('GET', '/api/auth/sessions?of=everybody')).statusCode).toBe(403);
    expect(await logins(root, 'everybody')).toHaveLength(3);

    const [rootsOwn] = await logins(root);
    expect((await ann.ask('DELETE', `/api/auth/sessions/${rootsOwn.id}`)).statusCode).toBe(404);
    const elsewhere = own.find(({ current }) => !current)?.id;
    expect((await ann.ask('DELETE', `/api/auth/sessions/${elsewhere}`)).statusCode).toBe(204);
    expect(await me(annElsewhere)).toBe(401);
    const [annsOwn] = await logins(ann);
    expect((await root.ask('DELETE', `/api/auth/sessions/${annsOwn.id}`)).statusCode).toBe(204);
    expect(await me(ann)).toBe(401);
  });
});
