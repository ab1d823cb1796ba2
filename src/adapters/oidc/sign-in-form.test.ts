import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/system-clock.ts';
import { SignInGuard } from './accounts/sign-in-guard.ts';
import { Browser } from './browser.fixture.ts';
import { CALLBACK, type RunningProvider, startProvider } from './embedded-provider.fixture.ts';

let running: RunningProvider;
let browser: Browser;
beforeEach(async () => {
  running = await startProvider();
  browser = new Browser();
});
afterEach(() => running.stop());

describe('the sign-in page', () => {
  it('runs nothing, is framed by nobody and is kept nowhere', async () => {
    const { headers } = await opened();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('sets cookies that no script reads and no other site sends', async () => {
    const response = await fetch(authorizationUrl(), { redirect: 'manual' });
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies)
      expect(cookie.toLowerCase()).toMatch(/httponly.*samesite=lax|samesite=lax.*httponly/);
  });

  it('tells of the accounts of the demo, and of what was typed, as text', async () => {
    const page = await opened();
    expect(await page.clone().text()).toContain('<code>candidate</code>');
    const answer = await browser.submit(page, { username: '"><script>alert(1)</script>', password: 'x' });
    expect(await answer.text()).not.toContain('<script>');
  });

  it('says the same of a wrong password and of a name that nobody has', async () => {
    const page = await opened();
    const [wrong, unknown] = [
      await browser.submit(page, { username: 'admin', password: 'guess' }),
      await browser.submit(page, { username: 'nimda', password: 'guess' }),
    ];
    expect([wrong.status, unknown.status]).toEqual([422, 422]);
    expect((await unknown.text()).replaceAll('nimda', 'admin')).toBe(await wrong.text());
  });

  it('lets nobody in without a password, or with another of the form', async () => {
    const page = await opened();
    for (const fields of [{ username: 'admin', password: '' }, { username: '', password: 'test' }, {}])
      expect((await browser.submit(page, fields as Record<string, string>)).status).toBe(422);
    expect(browser.cookie('lcm-identity')).toBeUndefined();
  });

  it('takes no form from another site, and none without the cookie of this very sign-in', async () => {
    const page = await opened();
    const right = { username: 'admin', password: 'test' };
    const elsewhere = await browser.submit(page, right, { origin: 'https://evil.example' });
    expect(elsewhere.status).toBe(403);
    const crossSite = await browser.submit(page, right, { 'sec-fetch-site': 'cross-site' });
    expect(crossSite.status).toBe(403);
    expect((await new Browser().submit(page, right)).status).toBe(400);
    const other = new Browser();
    await other.open(authorizationUrl());
    expect((await other.submit(page, right)).status).toBe(400);
  });

  it('takes no form that is too long, or is none', async () => {
    const page = await opened();
    const long = await browser.submit(page, { username: 'admin', password: 'x'.repeat(10_000) });
    expect(long.status).toBe(413);
    const json = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    expect((await browser.open(page.url, json)).status).toBe(415);
  });

  it('is over once it was used', async () => {
    const page = await opened();
    const right = { username: 'admin', password: 'test' };
    expect((await browser.submit(page, right)).headers.get('location')).toMatch(CALLBACK);
    const again = await browser.submit(page, right);
    expect(again.status).toBe(400);
    expect(await again.text()).toContain('This sign-in is over');
  });
});

describe('a session that was there before the sign-in', () => {
  it('is not the one after it: who planted it has nothing', async () => {
    const attacker = new Browser();
    await attacker.submit(await attacker.open(authorizationUrl()), { username: 'user', password: 'test' });
    const planted = attacker.cookie('lcm-identity') ?? '';
    browser.plant('lcm-identity', planted);
    browser.plant('lcm-identity.sig', attacker.cookie('lcm-identity.sig') ?? '');
    const page = await browser.open(authorizationUrl({ prompt: 'login' }));
    // Whoever was signed in is signed out first, by a page that sends itself.
    const between = await browser.submit(page, { username: 'admin', password: 'test' });
    expect((await browser.submit(between, {})).headers.get('location')).toMatch(CALLBACK);
    expect(browser.cookie('lcm-identity')).not.toBe(planted);
    const attackers = await attacker.open(authorizationUrl());
    expect(attackers.headers.get('location') ?? '').not.toContain('code=');
  });

  it('has another id after the same person signed in again', async () => {
    await browser.submit(await opened(), { username: 'user', password: 'test' });
    const before = browser.cookie('lcm-identity');
    const page = await browser.open(authorizationUrl({ prompt: 'login' }));
    await browser.submit(page, { username: 'user', password: 'test' });
    expect(browser.cookie('lcm-identity')).not.toBe(before);
  });
});

describe('somebody who guesses', () => {
  it('has to wait, though the next guess were right, and is told how long', async () => {
    const page = await opened();
    for (let guess = 0; guess < 5; guess += 1)
      expect((await browser.submit(page, { username: 'admin', password: `${guess}` })).status).toBe(422);
    const right = await browser.submit(page, { username: 'admin', password: 'test' });
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await right.text()).toContain('too many attempts');
    const byApi = running.provider.logIn({ username: 'admin', password: 'test', address: '127.0.0.1' });
    await expect(byApi).rejects.toMatchObject({ code: 'tooManyRequests' });
  });

  it('cannot say to come from somewhere else', async () => {
    const guard = new SignInGuard(running.store, systemClock);
    for (let at = 0; at < 30; at += 1) await guard.admit({ username: `u${at}`, address: '127.0.0.1' });
    const headers = { 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1' };
    const answer = await browser.submit(await opened(), { username: 'admin', password: 'test' }, headers);
    expect(answer.status).toBe(429);
  });
});

describe('what is logged and kept', () => {
  it('has who failed to sign in, from where and why; a name only where it is one', async () => {
    await browser.submit(await opened(), { username: ' Admin ', password: 'x' });
    await browser.submit(await opened(), { username: 'typed-a-password-here', password: 'x' });
    const guard = new SignInGuard(running.store, systemClock);
    for (let at = 0; at < 5; at += 1) await guard.admit({ username: 'user', address: '10.0.0.9' });
    await browser.submit(await opened(), { username: 'user', password: 'test' });
    const failed = running.logged.filter((line) => line.startsWith('a sign-in failed'));
    const facts = failed.map((line) => JSON.parse(line.slice('a sign-in failed'.length)));
    const address = '127.0.0.1';
    expect(facts).toEqual([
      { username: 'admin', address, why: 'unauthenticated' },
      { address, why: 'unauthenticated' },
      { username: 'user', address, why: 'tooManyRequests' },
    ]);
    expect(running.logged.join('\n')).not.toContain('typed-a-password-here');
  });

  it('has neither passwords nor tokens in it', async () => {
    const callback = await browser.submit(await opened(), { username: 'admin', password: 'test' });
    const code = new URL(callback.headers.get('location') ?? '').searchParams.get('code') ?? '';
    await fetch(`${running.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', code, client_secret: 'guessed' }),
    });
    await browser.submit(await opened(), { username: 'admin', password: 'marker-of-a-guess' });
    const logged = running.logged.join('\n');
    for (const secret of [code, 'marker-of-a-guess', 'guessed']) expect(logged).not.toContain(secret);
  });
});

const opened = () => browser.open(authorizationUrl({ prompt: 'login' }));

function authorizationUrl(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'lcm-page',
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'a-state-of-this-test',
    ...more,
  });
  return `${running.issuer}/auth?${query}`;
}
