import { once } from 'node:events';
import { createServer } from 'node:http';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { pinoLog } from '@lcm/adapters/log/pino-log.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { KnownPeople } from '@lcm/control-plane-api/auth/known-people.ts';
import { expect, it, onTestFinished } from 'vitest';
import { ConfigProblem, readConfig } from '../config.ts';
import { configuredSecrets } from './configured-secrets.ts';
import { identitySource } from './identity-source.ts';

const store = new MemoryExpiringStore(systemClock);
const parts = {
  store,
  people: new KnownPeople(store, systemClock),
  clock: systemClock,
  random: systemRandom,
  log: pinoLog({ level: 'silent' }),
  limits: async () => ({ idleSeconds: 60, absoluteSeconds: 600 }),
  revoke: async () => {},
  fetch: async () => new Response(),
};
const sourceOf = (environment: Record<string, string>) =>
  identitySource(readConfig(environment), configuredSecrets(environment, systemClock), parts);

const OIDC = {
  LCM_LOGIN: 'oidc',
  LCM_OIDC_ISSUER: 'https://idp.example/realms/lcm',
  LCM_OIDC_CLIENT_ID: 'lcm-page',
  LCM_OIDC_CLIENT_SECRET: 'env:SECRET_OF_LCM',
  SECRET_OF_LCM: 'hunter2hunter2',
};

it('is the provider that is built in where nothing else is said', async () => {
  const source = await sourceOf({});
  onTestFinished(source.close);
  await source.start(new URL('http://localhost:8020'));
  expect(source.identity.issuer()).toBe('http://localhost:8020/oidc');
  expect(source.identity.embedded).toBeDefined();
  expect((await source.jwks()).keys).not.toEqual([]);
  const issuer = source.identity.issuer();
  expect(await source.standingOf({ issuer, subject: 'demo-manager' })).toMatchObject({ roles: ['manager'] });
  expect(await source.standingOf({ issuer, subject: 'nobody' })).toBe('gone');
  expect(await source.standingOf({ issuer: 'https://elsewhere', subject: 'demo-manager' })).toBe('gone');
});

it('holds the tokens of the demo for over where its accounts have been switched off', async () => {
  const revoked: string[] = [];
  const revoke = async ({ issuer, subject }: { issuer: string; subject: string }) =>
    void revoked.push(`${issuer} ${subject}`);
  const config = readConfig({ LCM_DEMO_ACCOUNTS: 'off' });
  const source = await identitySource(config, configuredSecrets({}, systemClock), { ...parts, revoke });
  onTestFinished(source.close);
  await source.start(new URL('http://localhost:8020'));
  expect(revoked).toContain('http://localhost:8020/oidc demo-admin');
});

it('is an issuer elsewhere, with its client secret by reference and no accounts here', async () => {
  const { identity, loginIssuer, beside } = await sourceOf(OIDC);
  expect(loginIssuer).toMatchObject({ clientId: 'lcm-page', clientSecret: 'hunter2hunter2' });
  expect(identity.issuer()).toBe(OIDC.LCM_OIDC_ISSUER);
  expect([identity.embedded, beside]).toEqual([undefined, []]);
});

it('asks an issuer elsewhere for its keys at its inner address, even in a private network', async () => {
  const server = createServer((request, response) => {
    const isMetadata = request.url === '/realms/lcm/.well-known/openid-configuration';
    const metadata = { issuer: OIDC.LCM_OIDC_ISSUER, jwks_uri: `${OIDC.LCM_OIDC_ISSUER}/certs` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isMetadata ? metadata : { keys: [{ kty: 'RSA', kid: 'k1' }] }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const source = await sourceOf({ ...OIDC, LCM_OIDC_INTERNAL_URL: `http://127.0.0.1:${address.port}` });
  expect(await source.jwks()).toEqual({ keys: [{ kty: 'RSA', kid: 'k1' }] });
});

it.each(['LCM_OIDC_ISSUER', 'LCM_OIDC_CLIENT_ID', 'LCM_OIDC_CLIENT_SECRET'] as const)(
  'does not start without %s',
  async (name) => {
    const { [name]: _, ...others } = OIDC;
    await expect(sourceOf(others)).rejects.toThrow(`${name} is needed where LCM_LOGIN is oidc`);
  },
);

it.each([
  ['http beyond this machine', { LCM_PUBLIC_URL: 'http://lcm.example.com' }, /LCM_PUBLIC_URL=.*https:/],
  [
    'tokens for the page itself',
    { LCM_OIDC_AUDIENCE: 'lcm-page' },
    /LCM_OIDC_AUDIENCE=lcm-page: .*client id/,
  ],
])('does not start with %s, and says why in one line', async (_what, wrong, why) => {
  for (const environment of [wrong, { ...OIDC, ...wrong }]) {
    const problem: unknown = await sourceOf(environment).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ConfigProblem);
    expect(String(problem)).toMatch(why);
    expect(String(problem)).not.toContain('\n');
  }
});

it('starts with http on this machine, and with https anywhere', async () => {
  for (const LCM_PUBLIC_URL of ['http://localhost:9000', 'http://127.0.0.1:9000', 'https://lcm.example.com'])
    await expect(sourceOf({ ...OIDC, LCM_PUBLIC_URL })).resolves.toHaveProperty('loginIssuer');
});
