import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { EmbeddedAccounts } from '@lcm/adapters/oidc/accounts/embedded-accounts.ts';
import { type EmbeddedProvider, embeddedProvider } from '@lcm/adapters/oidc/embedded-provider.ts';
import { EmbeddedServiceAccounts } from '@lcm/adapters/oidc/service-accounts/embedded-service-accounts.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryBooks } from '../../audit/books.fixture.ts';
import type { AuditBooks } from '../../audit/trail.ts';
import { silent, startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { localCallers } from '../../local-callers.fixture.ts';
import { sceneOn } from '../../scene.fixture.ts';
import { issuerKeys } from '../bearer/issuer-keys.ts';
import { jwtCallers } from '../bearer/jwt-callers.ts';
import { Revocations } from '../bearer/revocations.ts';
import { LONGEST_LIFE_SECONDS } from '../bearer/verify-token.ts';
import { authenticateBy } from '../caller.ts';
import { mountIdentityProvider } from './identity-provider.ts';

const ISSUER = 'http://localhost:8020/oidc';
const CONTROLLERS = 'a secret for this test only';
const BOOKING = { name: 'booking-system', roles: ['manager' as const], department: 'training' };

let plane: TestPlane;
let provider: EmbeddedProvider;
let clock: VirtualClock;
let store: MemoryExpiringStore;
let books: AuditBooks;
let admin: Client<typeof contract>['serviceAccounts'];
beforeEach(async () => {
  // The provider's library lives in the machine's time.
  clock = new VirtualClock(systemClock.now());
  store = new MemoryExpiringStore(clock);
  books = await memoryBooks();
  const revocations = new Revocations(store, clock, LONGEST_LIFE_SECONDS * 1_000);
  const accounts = new EmbeddedAccounts({ store, random: systemRandom, demo: true });
  const serviceAccounts = new EmbeddedServiceAccounts({ store, random: systemRandom, clock });
  serviceAccounts.onRevoked((subject) => revocations.revoke({ issuer: ISSUER, subject }));
  const log = silent;
  const common = { store, accounts, serviceAccounts, clock, log, random: systemRandom };
  provider = await embeddedProvider({ ...common, issuer: ISSUER, audience: 'lcm', clients: [] });
  const keys = issuerKeys({ load: async () => provider.jwks(), clock, log });
  const jwt = jwtCallers({ issuers: [{ issuer: ISSUER, audience: 'lcm', keys }], revocations, clock });
  const local = localCallers(CONTROLLERS);
  plane = await startTestPlane({
    clock,
    authenticate: authenticateBy([
      // The test's own controllers go the old way in.
      async (credentials) =>
        credentials.headers['authorization'] === `Bearer ${CONTROLLERS}` ? local(credentials) : undefined,
      jwt,
      local,
    ]),
    parts: {
      audit: books,
      identity: {
        issuer: () => ISSUER,
        embedded: { accounts, serviceAccounts, logIn: provider.logIn },
      },
      beside: [(app) => mountIdentityProvider(app, (...at) => provider.handle(...at))],
    },
  });
  admin = plane.admin.serviceAccounts;
});
afterEach(async () => {
  provider.close();
  await plane.stop();
});

describe('an integrator', () => {
  it('books for its department by a token from client credentials, and is refused what it may not', async () => {
    const { definition } = sceneOn(plane);
    await definition();
    const { name, secret, tokenUrl, roles } = await admin.add({ body: BOOKING });
    expect([tokenUrl, roles]).toEqual([`${ISSUER}/token`, ['manager']]);
    const booking = asBearer(await tokenOf(name, secret));
    expect(await booking.auth.user({})).toMatchObject({
      username: 'service-account-booking-system',
      subject: 'booking-system',
      roles: ['manager'],
      department: 'training',
    });
    const wish = {
      definition: { name: 'two-routers' },
      owner: { externalId: 'candidate-7' },
      start: new Date(clock.now() + 86_400_000).toISOString(),
      durationSeconds: 3_600,
    };
    const session = await booking.sessions.book({ body: wish });
    expect(session).toMatchObject({ department: 'training', owner: wish.owner });
    await booking.sessions.cancel({ params: { id: session.id }, body: {} });
    for (const refused of [
      () => booking.sessions.book({ body: { ...wish, department: 'security' } }),
      () => booking.settings.change({ body: { labLeadSeconds: 1 } }),
      () => booking.accounts.list({}),
      () => booking.serviceAccounts.list({}),
      () => booking.internal.settings({}),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('gets no token with another secret, by another kind of grant, or by the secret itself', async () => {
    const { name, secret } = await admin.add({ body: BOOKING });
    expect(await tokenAnswer(name, `${secret}x`)).toMatchObject({ error: 'invalid_client' });
    expect(await tokenAnswer('nobody', secret)).toMatchObject({ error: 'invalid_client' });
    const password = { grant_type: 'password', username: 'admin', password: 'test' };
    expect(await tokenAnswer(name, secret, password)).toMatchObject({ error: 'unsupported_grant_type' });
    const code = { grant_type: 'authorization_code', code: 'c' };
    expect(await tokenAnswer(name, secret, code)).toHaveProperty('error');
    await expect(asBearer(secret).sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a service account', () => {
  it('of a controller does what that one needs, and nothing else', async () => {
    const { name, secret, ...told } = await admin.add({
      body: { name: 'scheduler-1', service: 'resource-scheduler' },
    });
    expect(told).toMatchObject({ roles: ['controller'], service: 'resource-scheduler' });
    const scheduler = asBearer(await tokenOf(name, secret));
    await scheduler.internal.settings({});
    await expect(scheduler.sessions.list({})).rejects.toMatchObject({ code: 'forbidden' });
  });

  it.each([
    { name: 'both', roles: ['manager' as const], service: 'worker-controller' as const },
    { name: 'neither' },
    { name: 'sender', roles: ['event-source' as const, 'user' as const] },
  ])('is given what goes together: not $name', async (body) => {
    await expect(admin.add({ body })).rejects.toMatchObject({ code: 'rule' });
  });

  it('is never given the role of controllers without being one', async () => {
    const body = { name: 'eve', roles: ['controller'] as unknown as ['admin'] };
    await expect(admin.add({ body })).rejects.toMatchObject({ code: 'invalid' });
    const { name, secret } = await admin.add({ body: BOOKING });
    await expect(admin.change({ params: { id: name }, body: { roles: body.roles } })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await tokenAnswer(name, secret)).toHaveProperty('access_token');
  });

  it.each(['demo-admin', 'lcm-page', 'A', 'x y', '9c0ffee0-1111-4222-8333-444455556666'])(
    'has no name that could be somebody else’s: %s',
    async (name) => {
      await expect(admin.add({ body: { ...BOOKING, name } })).rejects.toMatchObject({ code: 'invalid' });
    },
  );

  it('is out at once when it is disabled, and its tokens stay out when it comes back', async () => {
    const { name, secret } = await admin.add({ body: BOOKING });
    const before = asBearer(await tokenOf(name, secret));
    await before.sessions.list({});
    await admin.change({ params: { id: name }, body: { disabled: true } });
    await expect(before.sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await tokenAnswer(name, secret)).toMatchObject({ error: 'invalid_client' });
    await admin.change({ params: { id: name }, body: { disabled: false } });
    await expect(before.sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await tokenAnswer(name, secret)).toHaveProperty('access_token');
  });

  it('goes on through a change of its note, and not of its roles', async () => {
    const { name, secret } = await admin.add({ body: BOOKING });
    const before = asBearer(await tokenOf(name, secret));
    await admin.change({ params: { id: name }, body: { note: 'ask Morgan' } });
    await before.sessions.list({});
    await admin.change({ params: { id: name }, body: { roles: ['user'] } });
    await expect(before.sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await admin.list({})).items).toMatchObject([{ name, roles: ['user'], note: 'ask Morgan' }]);
  });

  it('has one secret at a time, which is kept by its hash and told once', async () => {
    const { name, secret } = await admin.add({ body: BOOKING });
    const before = asBearer(await tokenOf(name, secret));
    const { secret: next } = await admin.newSecret({ params: { id: name } });
    expect(await tokenAnswer(name, secret)).toMatchObject({ error: 'invalid_client' });
    expect(await tokenAnswer(name, next)).toHaveProperty('access_token');
    await expect(before.sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
    const kept = JSON.stringify([
      await store.walk(),
      await admin.list({}),
      await await plane.admin.audit.list({}),
    ]);
    for (const one of [secret, next]) expect(kept).not.toContain(one);
  });

  it('leaves its name to nobody when it is removed', async () => {
    const { name, secret } = await admin.add({ body: BOOKING });
    const before = asBearer(await tokenOf(name, secret));
    await admin.remove({ params: { id: name } });
    await expect(before.sessions.list({})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await tokenAnswer(name, secret)).toMatchObject({ error: 'invalid_client' });
    expect((await admin.list({})).items).toEqual([]);
    await expect(admin.add({ body: BOOKING })).rejects.toMatchObject({ code: 'conflict' });
    await expect(admin.newSecret({ params: { id: name } })).rejects.toMatchObject({ code: 'notFound' });
  });

  it('is audited: who made it, changed it and removed it', async () => {
    const { name } = await admin.add({ body: BOOKING });
    await admin.change({ params: { id: name }, body: { disabled: true } });
    await admin.remove({ params: { id: name } });
    const { items } = await plane.admin.audit.list({ query: { kind: 'service-account', resourceId: name } });
    expect(items.map(({ operation }) => operation).sort()).toEqual([
      'serviceAccounts.add',
      'serviceAccounts.change',
      'serviceAccounts.remove',
    ]);
  });
});

const asBearer = (token: string) =>
  createClient(contract, {
    baseUrl: '',
    fetch: plane.plane.fetch,
    headers: () => ({ authorization: `Bearer ${token}` }),
  });

async function tokenAnswer(
  name: string,
  secret: string,
  form: Record<string, string> = { grant_type: 'client_credentials' },
): Promise<{ access_token?: string }> {
  const answer = await plane.plane.fetch('/oidc/token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form),
  });
  return (await answer.json()) as { access_token?: string };
}

async function tokenOf(name: string, secret: string): Promise<string> {
  const { access_token } = await tokenAnswer(name, secret);
  if (access_token === undefined) throw new Error(`no token for ${name}`);
  return access_token;
}
