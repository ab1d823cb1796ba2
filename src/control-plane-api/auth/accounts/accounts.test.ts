import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { EmbeddedAccounts } from '@lcm/adapters/oidc/accounts/embedded-accounts.ts';
import { type EmbeddedProvider, embeddedProvider } from '@lcm/adapters/oidc/embedded-provider.ts';
import { EmbeddedServiceAccounts } from '@lcm/adapters/oidc/service-accounts/embedded-service-accounts.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent, startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import type { Identity } from './identity.ts';
import { mountIdentityProvider } from './identity-provider.ts';

const ISSUER = 'http://localhost:8020/oidc';
const PASSWORD = 'correct horse battery';

let plane: TestPlane;
let provider: EmbeddedProvider;
let serviceAccounts: EmbeddedServiceAccounts;
let anybody: Client<typeof contract>;
beforeEach(async () => {
  const store = new MemoryExpiringStore(systemClock);
  const accounts = new EmbeddedAccounts({ store, random: systemRandom, demo: true });
  serviceAccounts = new EmbeddedServiceAccounts({ store, clock: systemClock, random: systemRandom });
  provider = await embeddedProvider({
    issuer: ISSUER,
    audience: 'lcm',
    store,
    accounts,
    clock: systemClock,
    random: systemRandom,
    log: silent,
    serviceAccounts,
    clients: [],
  });
  plane = await startWith({
    issuer: () => ISSUER,
    embedded: { accounts, serviceAccounts, logIn: provider.logIn },
  });
  anybody = createClient(contract, { baseUrl: '', fetch: plane.plane.fetch, headers: () => ({}) });
});
afterEach(async () => {
  provider.close();
  await plane.stop();
});

describe('POST /api/auth/login', () => {
  it('gives a token of a day for an account that is kept here', async () => {
    const answer = await anybody.accounts.logIn({ body: { username: 'manager', password: 'test' } });
    expect(answer.token_type).toBe('Bearer');
    // A day from before the password was hashed, which takes a while.
    expect(answer.expires_in).toBeGreaterThan(86_390);
    expect(answer.expires_in).toBeLessThanOrEqual(86_400);
    const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet(provider.jwks()), {
      issuer: ISSUER,
      audience: 'lcm',
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({ sub: 'demo-manager', username: 'manager', roles: ['manager'] });
  });

  it('says the same of a wrong password and of a name that nobody has', async () => {
    const refusals = await Promise.all(
      ['manager', 'nobody'].map((username) => logInFails({ username, password: 'guess' })),
    );
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({ status: 401, detail: 'user name or password is wrong' });
  });

  it('makes whoever guesses wait', async () => {
    for (let guess = 0; guess < 5; guess += 1) await logInFails({ username: 'admin', password: `${guess}` });
    const answer = await ask('/api/auth/login', { username: 'admin', password: 'test' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('takes nothing but a name and a password', async () => {
    expect((await ask('/api/auth/login', { username: 'admin' })).status).toBe(400);
    const more = { username: 'admin', password: 'test', roles: ['admin'] };
    expect((await ask('/api/auth/login', more)).status).toBe(400);
  });

  it('points to the issuer where another one has the accounts', async () => {
    const elsewhere = await startWith({ issuer: () => 'https://id.example.com/realms/lcm' });
    const answer = await elsewhere.plane.fetch('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: 'test' }),
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ facts: { issuer: 'https://id.example.com/realms/lcm' } });
    await elsewhere.stop();
  });
});

describe('accounts over the API', () => {
  it('are added, changed and disabled by admins, and never told with a password', async () => {
    const added = await plane.admin.accounts.add({
      body: { username: 'ada', password: PASSWORD, roles: ['user'], department: 'training' },
    });
    expect(added).toMatchObject({ username: 'ada', roles: ['user'], groups: [], disabled: false });
    await anybody.accounts.logIn({ body: { username: 'ada', password: PASSWORD } });
    const changed = await plane.admin.accounts.change({
      params: { username: 'ada' },
      body: { roles: ['manager'] },
    });
    expect(changed).toMatchObject({ roles: ['manager'], department: 'training' });
    await plane.admin.accounts.setPassword({
      params: { username: 'ada' },
      body: { password: `${PASSWORD}!` },
    });
    expect(await logInFails({ username: 'ada', password: PASSWORD })).toMatchObject({ status: 401 });
    await anybody.accounts.logIn({ body: { username: 'ada', password: `${PASSWORD}!` } });
    await plane.admin.accounts.change({ params: { username: 'ada' }, body: { disabled: true } });
    expect(await logInFails({ username: 'ada', password: `${PASSWORD}!` })).toMatchObject({ status: 401 });
    const listed = JSON.stringify(await plane.admin.accounts.list({}));
    expect(listed).toContain('"ada"');
    expect(listed).not.toMatch(/scrypt|horse/);
  });

  it('have no role that is for services', async () => {
    const body = { username: 'eve', password: PASSWORD, roles: ['controller'] };
    expect((await ask('/api/v1/accounts', body)).status).toBe(400);
  });

  it('are not taken from admins by themselves', async () => {
    for (const body of [{ disabled: true }, { roles: ['user' as const] }, {}])
      await expect(
        plane.admin.accounts.change({ params: { username: 'admin' }, body }),
      ).rejects.toMatchObject({
        code: 'rule',
      });
  });
});

describe('the provider beside the API', () => {
  it('answers under its own path, in the same process, and the API everything else', async () => {
    const document = await plane.plane.fetch('/oidc/.well-known/openid-configuration', {});
    expect(await document.json()).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
    const { secret } = await plane.admin.serviceAccounts.add({
      body: { name: 'lablet-controller', service: 'lablet-controller' },
    });
    const token = await plane.plane.fetch('/oidc/token', {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`lablet-controller:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(await token.json()).toMatchObject({ token_type: 'Bearer' });
    expect((await plane.plane.fetch('/oidc/nothing', {})).status).toBe(404);
    expect((await plane.plane.fetch('/health', {})).status).toBe(200);
  });
});

const startWith = (identity: Identity) =>
  startTestPlane({
    parts: { identity, beside: [(app) => mountIdentityProvider(app, (...at) => provider.handle(...at))] },
  });

const ask = (path: string, body: object) =>
  plane.plane.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The problem, without what is of this request alone. */
async function logInFails(body: object): Promise<object> {
  const { correlationId: _id, ...problem } = (await (await ask('/api/auth/login', body)).json()) as {
    correlationId: string;
  };
  return problem;
}
