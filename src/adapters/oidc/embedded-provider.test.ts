import { createLocalJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from './browser.fixture.ts';
import {
  AUDIENCE,
  CALLBACK,
  PAGE_SECRET,
  type RunningProvider,
  SIGNED_OUT,
  startProvider,
} from './embedded-provider.fixture.ts';

let running: RunningProvider;
let page: client.Configuration;
beforeEach(async () => {
  running = await startProvider();
  page = await discovered('lcm-page', PAGE_SECRET);
});
afterEach(() => running.stop());

describe('the embedded identity provider', () => {
  it('signs somebody in by code and PKCE, and says who it is in both tokens', async () => {
    const { tokens } = await signIn(new Browser(), 'manager');
    const who = { sub: 'demo-manager', user_id: 'demo-manager', username: 'manager', roles: ['manager'] };
    const where = { department: 'training', groups: ['training'] };
    expect(tokens.claims()).toMatchObject({
      ...who,
      ...where,
      email: 'manager@example.com',
      sid: expect.any(String),
    });
    const { payload, protectedHeader } = await verified(tokens.access_token);
    expect(payload).toMatchObject({ ...who, ...where, client_id: 'lcm-page', sid: tokens.claims()?.['sid'] });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  it('asks no password of a browser that is signed in, unless the client wants it', async () => {
    const browser = new Browser();
    await signIn(browser, 'user');
    const { url } = await authorizationUrl();
    expect((await browser.open(url)).headers.get('location')).toMatch(CALLBACK);
    const again = await authorizationUrl({ prompt: 'login' });
    expect(await (await browser.open(again.url)).text()).toContain('<h1>Sign in</h1>');
  });

  it('refreshes tokens, and takes roles as they are by then', async () => {
    const ada = { username: 'ada', roles: ['user' as const], groups: [] };
    await running.accounts.add(ada, 'correct horse battery');
    const { tokens } = await signIn(new Browser(), 'ada', 'correct horse battery');
    const next = await client.refreshTokenGrant(page, tokens.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await verified(next.access_token)).payload['roles']).toEqual(['user']);
    expect(next.claims()).toMatchObject({ username: 'ada' });
  });

  it('goes on after a restart: sessions, codes, refresh tokens and keys', async () => {
    const browser = new Browser();
    const { tokens } = await signIn(browser, 'admin');
    const begun = await authorizationUrl();
    const callback = await browser.open(begun.url);
    const keys = running.provider.jwks();
    await running.restart();
    expect(running.provider.jwks()).toEqual(keys);
    expect((await exchange(callback, begun)).claims()?.sub).toBe('demo-admin');
    expect((await client.refreshTokenGrant(page, tokens.refresh_token ?? '')).access_token).toBeTruthy();
    const { url } = await authorizationUrl();
    expect((await browser.open(url)).headers.get('location')).toMatch(CALLBACK);
  });

  it('finishes a sign-in whose page was opened before a restart', async () => {
    const browser = new Browser();
    const begun = await authorizationUrl();
    const form = await browser.open(begun.url);
    await running.restart();
    const callback = await browser.submit(form, { username: 'admin', password: 'test' });
    expect((await exchange(callback, begun)).claims()?.sub).toBe('demo-admin');
  });

  it('signs with a new key after a rotation, and still publishes the one before', async () => {
    const { tokens } = await signIn(new Browser(), 'admin');
    await running.provider.rotateKeys();
    const later = await client.refreshTokenGrant(page, tokens.refresh_token ?? '');
    const [before, after] = [await verified(tokens.access_token), await verified(later.access_token)];
    expect(after.protectedHeader.kid).not.toBe(before.protectedHeader.kid);
    const published = await (await fetch(`${running.issuer}/jwks`)).json();
    expect(published).toEqual(JSON.parse(JSON.stringify(running.provider.jwks())));
    expect(JSON.stringify(published)).not.toContain('"d"');
    await running.restart();
    expect((await verified(tokens.access_token)).payload.sub).toBe('demo-admin');
  });

  it('gives services tokens of their own, and nobody else those', async () => {
    const { secret } = await running.serviceAccounts.add({
      name: 'worker-controller',
      roles: [],
      service: 'worker-controller',
      groups: [],
    });
    const service = await discovered('worker-controller', secret);
    const { access_token } = await client.clientCredentialsGrant(service);
    expect((await verified(access_token)).payload).toMatchObject({
      sub: 'worker-controller',
      service: 'worker-controller',
      roles: ['controller'],
    });
    await expect(client.clientCredentialsGrant(page)).rejects.toMatchObject({ error: 'invalid_request' });
    const thief = await discovered('worker-controller', 'guessed');
    await expect(client.clientCredentialsGrant(thief)).rejects.toMatchObject({ status: 401 });
  });
});

describe('a code or refresh token that is used twice', () => {
  it('ends what the code gave', async () => {
    const begun = await authorizationUrl();
    const browser = new Browser();
    const callback = await browser.submit(await browser.open(begun.url), {
      username: 'user',
      password: 'test',
    });
    const tokens = await exchange(callback, begun);
    await expect(exchange(callback, begun)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(client.refreshTokenGrant(page, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('ends the whole family of a refresh token, whoever has the newest', async () => {
    const { tokens } = await signIn(new Browser(), 'user');
    const second = await client.refreshTokenGrant(page, tokens.refresh_token ?? '');
    for (const replayed of [tokens, second])
      await expect(client.refreshTokenGrant(page, replayed.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
  });

  it('gives tokens to at most one of many at the same moment', async () => {
    const { tokens } = await signIn(new Browser(), 'user');
    const tries = Array.from({ length: 8 }, () => client.refreshTokenGrant(page, tokens.refresh_token ?? ''));
    const given = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(given.length).toBeLessThanOrEqual(1);
  });
});

describe('a request that is not quite right', () => {
  it('gets no tokens with another PKCE verifier', async () => {
    const begun = await authorizationUrl();
    const browser = new Browser();
    const callback = await browser.submit(await browser.open(begun.url), {
      username: 'user',
      password: 'test',
    });
    const wrong = { ...begun, verifier: client.randomPKCECodeVerifier() };
    await expect(exchange(callback, wrong)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('is not begun without PKCE', async () => {
    const url = client.buildAuthorizationUrl(page, { redirect_uri: CALLBACK, scope: 'openid' });
    const { location } = Object.fromEntries((await new Browser().open(url)).headers);
    expect(new URL(location ?? '').searchParams.get('error')).toBe('invalid_request');
  });

  it('is never sent back to an address that is not registered', async () => {
    const { url } = await authorizationUrl({ redirect_uri: 'https://elsewhere.example/callback' });
    const answer = await new Browser().open(url);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).toContain('redirect_uri');
  });

  it('reaches nothing that was not meant to be there', async () => {
    for (const path of ['/me', '/reg', '/token/introspection', '/request', '/device', '/interaction/x'])
      expect((await fetch(`${running.issuer}${path}`, { method: 'POST' })).status, path).toBe(404);
  });

  it('is answered for the issuer, whatever host it names', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const document = await (
      await fetch(`${running.issuer}/.well-known/openid-configuration`, { headers })
    ).text();
    expect(document).not.toContain('evil');
    expect(JSON.parse(document).token_endpoint).toBe(`${running.issuer}/token`);
  });
});

describe('signing out', () => {
  it('happens at once with an ID token, tells the back channel, and ends the refresh tokens', async () => {
    const browser = new Browser();
    const { tokens } = await signIn(browser, 'user');
    const url = client.buildEndSessionUrl(page, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: SIGNED_OUT,
    });
    const asked = await browser.open(url);
    expect(await asked.clone().text()).toContain('requestSubmit');
    const answer = await browser.submit(asked, { logout: 'yes' });
    expect(answer.headers.get('location')).toBe(SIGNED_OUT);
    expect(browser.cookie('lcm-identity')).toBeUndefined();
    const [logoutToken = ''] = running.logoutTokens;
    const { payload } = await jwtVerify(logoutToken, keys(), {
      issuer: running.issuer,
      audience: 'lcm-page',
    });
    expect(payload).toMatchObject({ sub: 'demo-user', sid: tokens.claims()?.['sid'] });
    await expect(client.refreshTokenGrant(page, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('is asked for where nothing proves who wants it, and refused to a forged form', async () => {
    const browser = new Browser();
    await signIn(browser, 'user');
    const asked = await browser.open(`${running.issuer}/session/end`);
    expect(await asked.clone().text()).not.toContain('<script');
    const forged = { method: 'POST', body: new URLSearchParams({ logout: 'yes', xsrf: 'guessed' }) };
    expect((await browser.open(`${running.issuer}/session/end/confirm`, forged)).status).toBe(400);
    expect(browser.cookie('lcm-identity')).toBeDefined();
  });

  it('happens to whoever has typed the password before it was changed, and not gone on yet', async () => {
    await running.accounts.add({ username: 'ada', roles: ['user'], groups: [] }, 'correct horse battery');
    const browser = new Browser();
    const form = await browser.open((await authorizationUrl()).url);
    browser.follows = false;
    const typed = await browser.submit(form, { username: 'ada', password: 'correct horse battery' });
    expect(typed.status).toBe(303);
    await running.accounts.setPassword('ada', 'another horse entirely');
    browser.follows = true;
    const answer = await browser.open(new URL(typed.headers.get('location') ?? '', running.issuer));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  it('happens to whoever is disabled: sessions and refresh tokens end, and no password helps', async () => {
    await running.accounts.add({ username: 'ada', roles: ['user'], groups: [] }, 'correct horse battery');
    const browser = new Browser();
    const { tokens } = await signIn(browser, 'ada', 'correct horse battery');
    await running.accounts.change('ada', { disabled: true });
    await expect(client.refreshTokenGrant(page, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const form = await browser.open((await authorizationUrl()).url);
    const answer = await browser.submit(form, { username: 'ada', password: 'correct horse battery' });
    expect(answer.status).toBe(422);
  });
});

const keys = () => createLocalJWKSet(running.provider.jwks());

const verified = (token: string) => jwtVerify(token, keys(), { issuer: running.issuer, audience: AUDIENCE });

function discovered(id: string, secret: string): Promise<client.Configuration> {
  const insecure = { execute: [client.allowInsecureRequests] };
  return client.discovery(new URL(running.issuer), id, secret, client.ClientSecretBasic(secret), insecure);
}

interface Begun {
  url: URL;
  verifier: string;
  state: string;
  nonce: string;
}

async function authorizationUrl(more: Record<string, string> = {}): Promise<Begun> {
  const [verifier, state, nonce] = [
    client.randomPKCECodeVerifier(),
    client.randomState(),
    client.randomNonce(),
  ];
  const url = client.buildAuthorizationUrl(page, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email roles',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  return { url, verifier, state, nonce };
}

function exchange(callback: Response, { verifier, state, nonce }: Begun) {
  const location = new URL(callback.headers.get('location') ?? '');
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  return client.authorizationCodeGrant(page, location, checks);
}

async function signIn(browser: Browser, username: string, password = 'test') {
  const begun = await authorizationUrl();
  const form = await browser.open(begun.url);
  const callback = await browser.submit(form, { username, password });
  return { tokens: await exchange(callback, begun) };
}
