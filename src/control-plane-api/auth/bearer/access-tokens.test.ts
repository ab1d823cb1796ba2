import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { Scope } from '@lcm/core/api/scope.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { callerOf, clientAs, testCallers } from '../../test-callers.fixture.ts';
import { type AuthenticationWay, authenticateBy, type Caller } from '../caller.ts';
import { KnownPeople } from '../known-people.ts';
import { AccessTokenCallers } from './access-token-callers.ts';
import { accessTokenText, readAccessToken } from './access-token-text.ts';

const DAY = 86_400_000;
const ADA = callerOf('manager', 'ada', 'Networks');

type Owner = Pick<Caller, 'issuer' | 'subject'>;
/** Those who are not as they were when they came last. */
const standings = new Map<string, 'gone'>();

let on: TestPlane;
/** The same door at another replica. */
let elsewhere: AccessTokenCallers;

beforeEach(async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore();
  const expiring = new MemoryExpiringStore(clock);
  const people = new KnownPeople(expiring, clock);
  const parts = {
    store,
    expiring,
    clock,
    standingOf: async (owner: Owner) => standings.get(owner.subject) ?? people.standingOf(owner),
  };
  const tokens = new AccessTokenCallers(parts);
  elsewhere = new AccessTokenCallers(parts);
  standings.clear();
  on = await startTestPlane({
    clock,
    store,
    authenticate: authenticateBy([loggedIn, tokens.way]),
    parts: { expiring, onWritten: tokens.noteWrite, onKnown: (caller) => people.note(caller) },
  });
});
afterEach(() => on.stop());

/** Those who are logged in send themselves as JSON. */
const loggedIn: AuthenticationWay = async (credentials) =>
  String(credentials.headers['authorization']).includes('{') ? testCallers(credentials) : undefined;
const as = (caller: Caller) => clientAs(caller, on.plane.fetch);
const withToken = (token: string): Client<typeof contract> =>
  createClient(contract, {
    baseUrl: '',
    fetch: on.plane.fetch,
    headers: () => ({ authorization: `Bearer ${token}` }),
  });
const make = (scopes: Scope[] = ['sessions:read'], expiresInDays = 90, caller = ADA) =>
  as(caller).accessTokens.create({ body: { name: 'nightly', scopes, expiresInDays } });
const bearing = (token: string) => ({ method: 'GET', headers: { authorization: `Bearer ${token}` } });
const refused = (code: string, message = /./) => ({ code, message: expect.stringMatching(message) });

it('calls in the name of its owner, within its scopes', async () => {
  const { token, id } = await make();
  const program = withToken(token);
  expect(await elsewhere.way(bearing(token))).toMatchObject({
    username: 'ada',
    roles: ['manager'],
    department: 'Networks',
    credential: { type: 'access-token', id },
  });
  expect((await program.sessions.list({})).items).toEqual([]);
  await expect(program.workers.list({})).rejects.toMatchObject(refused('forbidden'));
  const wish = { definition: { name: 'x' }, durationSeconds: 600 };
  await expect(program.sessions.book({ body: wish })).rejects.toMatchObject(refused('forbidden'));
});

it('never does more than its owner may, whatever its scopes say', async () => {
  const { token } = await make(['all:write'], 90, callerOf('user', 'ben'));
  const change = { body: { minWarmWorkers: 3 } };
  await expect(withToken(token).settings.change(change)).rejects.toMatchObject(refused('forbidden'));
  await expect(withToken(token).internal.settings({})).rejects.toMatchObject(refused('forbidden'));
});

it('loses what its owner loses, and gains nothing', async () => {
  const both: Caller = { ...ADA, roles: ['manager', 'user'], credential: { type: 'login', id: 'l-1' } };
  const { token } = await make(['all:write'], 90, both);
  const rolesNow = async () => (await elsewhere.way(bearing(token)))?.roles;
  expect(await rolesNow()).toEqual(['manager', 'user']);
  await as({ ...both, roles: ['user', 'admin'], department: 'Archive' }).auth.user();
  await on.clock.advance(5_000);
  expect(await rolesNow()).toEqual(['user']);
  expect(await elsewhere.way(bearing(token))).toMatchObject({ department: 'Archive' });
});

it('is refused once its owner may not come in any more', async () => {
  const { token } = await make();
  standings.set(ADA.subject, 'gone');
  await expect(withToken(token).sessions.list({})).rejects.toMatchObject(refused('unauthenticated', /owner/));
});

it('makes no other token, and shows none', async () => {
  const { token } = await make(['all:write']);
  const body = { name: 'more', scopes: ['all:write' as const] };
  await expect(withToken(token).accessTokens.create({ body })).rejects.toMatchObject(refused('forbidden'));
  await expect(withToken(token).accessTokens.list({})).rejects.toMatchObject(refused('forbidden'));
});

it('is not made in the name of somebody else', async () => {
  const impersonator = { issuer: 'https://idp', subject: 'id-of-root', username: 'root' };
  await expect(make(['all:read'], 90, { ...ADA, impersonator })).rejects.toMatchObject(refused('forbidden'));
});

it('is shown once, and kept nowhere', async () => {
  const { token, id } = await make();
  const secret = readAccessToken(token)?.secret ?? 'none';
  const shown = JSON.stringify([
    await as(ADA).accessTokens.get({ params: { id } }),
    await as(ADA).accessTokens.list({}),
  ]);
  const kept = JSON.stringify([
    await on.store.load('access-token', id),
    await on.store.readLog(0, 1_000),
    await on.bus.list('/'),
  ]);
  expect(shown).toContain(id);
  expect(kept).toContain(id);
  for (const text of [shown, kept]) expect(text).not.toContain(secret);
  expect(shown).not.toContain('secretHash');
});

it('is refused from the moment it is revoked here, and within five seconds elsewhere', async () => {
  const { token, id } = await make();
  await withToken(token).sessions.list({});
  await elsewhere.way(bearing(token));
  await as(ADA).accessTokens.revoke({ params: { id } });
  await expect(withToken(token).sessions.list({})).rejects.toMatchObject(
    refused('unauthenticated', /revoked/),
  );
  await on.clock.advance(5_000);
  await expect(elsewhere.way(bearing(token))).rejects.toMatchObject(refused('unauthenticated', /revoked/));
  expect(await as(ADA).accessTokens.get({ params: { id } })).toMatchObject({
    status: 'REVOKED',
    revokedBy: 'ada',
  });
});

it('is refused when its time is over, in a year at the latest', async () => {
  const { token, id } = await make(['sessions:read'], 2);
  await on.clock.advance(2 * DAY);
  await expect(withToken(token).sessions.list({})).rejects.toMatchObject(
    refused('unauthenticated', /expired/),
  );
  expect((await as(ADA).accessTokens.get({ params: { id } })).status).toBe('EXPIRED');
  await expect(make(['sessions:read'], 366)).rejects.toMatchObject(refused('invalid'));
  const { createdAt, expiresAt } = await as(ADA).accessTokens.create({
    body: { name: 'usual', scopes: ['all:read'] },
  });
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(90 * DAY);
});

it('is refused with another secret, and what was never made looks the same', async () => {
  const { token, id } = await make();
  const secret = readAccessToken(token)?.secret ?? '';
  const wrong = accessTokenText({ id, secret: [...secret].reverse().join('') });
  const never = accessTokenText({ id: '0123456789abcdef', secret });
  const answers = await Promise.all(
    [wrong, never, `${token.slice(0, -1)}x`, token.slice(0, -8)].map((text) =>
      elsewhere.way(bearing(text)).catch(String),
    ),
  );
  expect(new Set(answers)).toEqual(new Set(['Refusal: this access token is not known here']));
});

it('belongs to its owner: others neither see nor revoke it, but admins do', async () => {
  const { token, id } = await make();
  const ben = as(callerOf('user', 'ben'));
  expect((await ben.accessTokens.list({})).items).toEqual([]);
  expect((await ben.accessTokens.list({ query: { subject: 'id-of-ada' } })).items).toEqual([]);
  await expect(ben.accessTokens.get({ params: { id } })).rejects.toMatchObject(refused('notFound'));
  await expect(ben.accessTokens.revoke({ params: { id } })).rejects.toMatchObject(refused('notFound'));
  const root = as(callerOf('admin', 'root'));
  const { items } = await root.accessTokens.list({ query: { subject: 'id-of-ada' } });
  expect(items.map((one) => one.id)).toEqual([id]);
  await root.accessTokens.revoke({ params: { id } });
  await expect(withToken(token).sessions.list({})).rejects.toMatchObject(refused('unauthenticated'));
});

it('tells when it was used last, coarsely, without a new version of it', async () => {
  const { token, id } = await make();
  const read = () => as(ADA).accessTokens.get({ params: { id } });
  expect((await read()).lastUsedAt).toBeUndefined();
  await withToken(token).sessions.list({});
  const first = await read();
  await on.clock.advance(60_000);
  await withToken(token).sessions.list({});
  expect(await read()).toEqual(first);
  await on.clock.advance(300_000);
  await withToken(token).sessions.list({});
  const later = await read();
  expect(Date.parse(later.lastUsedAt ?? '') - Date.parse(first.lastUsedAt ?? '')).toBe(360_000);
  expect(later.version).toBe(first.version);
});

it('is one of fifty at most; those whose time is over do not count', async () => {
  for (let n = 0; n < 50; n++) await make(['sessions:read'], 1);
  await expect(make()).rejects.toMatchObject(refused('quota'));
  await on.clock.advance(DAY);
  expect((await make()).status).toBe('ACTIVE');
});

it('whoever is not known is told how to prove it, and whether a token was not taken', async () => {
  const challengeTo = async (headers: Record<string, string>) => {
    const answer = await on.plane.app.inject({ url: '/api/v1/sessions', headers });
    return [answer.statusCode, answer.headers['www-authenticate']];
  };
  expect(await challengeTo({})).toEqual([401, 'Bearer realm="lcm"']);
  const wrong = {
    authorization: `Bearer ${accessTokenText({ id: '0123456789abcdef', secret: 'x'.repeat(43) })}`,
  };
  expect(await challengeTo(wrong)).toEqual([401, 'Bearer realm="lcm", error="invalid_token"']);
});
