import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Browser } from '@lcm/adapters/oidc/browser.fixture.ts';
import { newSecretKey, writtenKeys } from '@lcm/adapters/secrets/secret-key.ts';
import { apiAt } from '@lcm/cli/api.ts';
import { startEmbedded } from '@lcm/cli/compose/embedded.ts';
import { readConfig } from '@lcm/cli/config.ts';
import { logIn } from '@lcm/cli/credentials/log-in.ts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { eventually, HASTE, outsideAt, SHORT_DELAYS, temporaryFolder } from '../e2e/embedded.fixture.ts';
import { type Overheard, overhear } from './overheard.ts';

/** Secrets that are planted by hand: each is found where it comes out, and nowhere by chance. */
const PLANTED = {
  newPassword: 'planted-password-Xk29vQ-battery',
  wrongPassword: 'planted-wrong-password-7hQm2',
  unknownBearer: 'planted-bearer-token-5tVw8Lp',
  unknownCookie: 'planted-cookie-9sKd3Rb-'.padEnd(43, 'x'),
  misplacedToken: 'planted-query-token-4gFj6Nz',
  smtpPassword: 'planted-smtp-password-2mWc7',
  webhookPath: 'planted-webhook-path-8yHt1Zc',
} as const;

/** What every simulated licence, CML server and LDS is spoken to with. */
const OUTSIDE = {
  licenceToken: 'simulated-token',
  cmlLogin: '"password":"admin"',
  ldsLogin: `Basic ${Buffer.from('lcm:lcm').toString('base64')}`,
} as const;

const folder = temporaryFolder('leaks');
const key = newSecretKey();
let heard: Overheard;
let url: string;
let stop: () => Promise<void> = async () => {};

beforeAll(async () => {
  heard = overhear();
  for (const [name, secret] of Object.entries({ ...PLANTED, ...OUTSIDE })) heard.keep(name, secret);
  heard.keep('key', key.bytes.toString('base64'));
  vi.stubEnv('LEAK_TEST_KEYS', writtenKeys([key]));
  const config = readConfig({
    ...HASTE,
    LCM_PORT: '0',
    LCM_DATA_DIR: folder.path,
    LCM_LOG_LEVEL: 'debug',
    LCM_SECRET_KEY: 'env:LEAK_TEST_KEYS',
    LCM_SMTP_URL: `smtp://lcm:${PLANTED.smtpPassword}@127.0.0.1:9`,
    LCM_MAIL_FROM: 'lcm@example.org',
    LCM_ALLOWED_TARGETS: '127.0.0.1/32',
  });
  const system = await startEmbedded(config);
  url = system.url;
  stop = async () => {
    stop = async () => {};
    await system.stop();
  };
  await outsideAt(system.simulatorUrl).setDelays(SHORT_DELAYS);
}, 90_000);

afterAll(async () => {
  await stop();
  heard.stop();
  vi.unstubAllEnvs();
  folder.remove();
});

/** Asks, and keeps all of the answer but cookies, which are for the one who asks. */
async function ask(who: string, path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url + path, init);
  const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie');
  heard.say(
    who,
    `${path.replace(/\?.*/, '')} ${answer.status} ${JSON.stringify(headers)} ${await answer.clone().text()}`,
  );
  return answer;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What a stream says while the work goes on. */
async function listening(who: string, token: string, work: () => Promise<unknown>): Promise<void> {
  const closing = new AbortController();
  const answer = await fetch(`${url}/api/events/stream`, { headers: bearer(token), signal: closing.signal });
  expect(answer.status).toBe(200);
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) heard.say(who, Buffer.from(chunk).toString());
  })().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  await work();
  closing.abort();
  await reading;
}

it('no secret, token or key comes out anywhere but where it is handed to its owner', {
  timeout: 180_000,
}, async () => {
  const admin = (await logIn(url, { username: 'admin', password: 'test' })).token;
  const user = (await logIn(url, { username: 'user', password: 'test' })).token;
  for (const [name, token] of Object.entries({ admin, user })) heard.keep(`token of ${name}`, token);
  const api = apiAt(url, admin);

  // Credentials that are wrong, in every place where one could be.
  for (const path of [
    '/api/v1/sessions',
    '/api/v1/settings',
    '/api/events/stream',
    '/api/internal/settings',
  ]) {
    await ask('errors', path, { headers: bearer(PLANTED.unknownBearer) });
    await ask('errors', path, { headers: { cookie: `lcm=${PLANTED.unknownCookie}` } });
    await ask('errors', path, {
      headers: { authorization: `Basic ${btoa(`admin:${PLANTED.wrongPassword}`)}` },
    });
    await ask('errors', path, { headers: bearer(`${admin.slice(0, -6)}AAAAAA`) });
    await ask('errors', `${path}?access_token=${PLANTED.misplacedToken}`, { headers: bearer(admin) });
  }
  for (const body of [
    { username: 'admin', password: PLANTED.wrongPassword },
    { username: 7, password: PLANTED.wrongPassword },
    { username: 'admin', password: [PLANTED.wrongPassword] },
    { username: 'admin', pasword: PLANTED.wrongPassword },
  ])
    expect((await ask('errors', '/api/auth/login', { method: 'POST', ...json(body) })).ok).toBe(false);
  await ask('errors', '/api/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"username":"admin","password":"${PLANTED.wrongPassword}"`,
  });

  // Secrets that are made and handed out, once each.
  const account = { username: 'leila', password: PLANTED.newPassword, roles: ['user' as const], groups: [] };
  heard.say('answers', JSON.stringify(await api.accounts.add({ body: account })));
  const scopes = ['sessions:read' as const];
  const { token, ...pat } = await apiAt(url, user).accessTokens.create({
    body: { name: 'script', scopes, expiresInDays: 1 },
  });
  heard.keep('access token', token);
  heard.say('answers', JSON.stringify(pat));
  await ask('answers', '/api/v1/sessions', { headers: bearer(token) });
  await ask('answers', '/api/v1/access-tokens', { headers: bearer(user) });
  const { secret: machine, ...added } = await api.serviceAccounts.add({
    body: { name: 'booking-system', roles: ['manager'], department: 'ccie' },
  });
  heard.keep('service secret', machine);
  heard.say('answers', JSON.stringify(added));
  const grant = { grant_type: 'client_credentials', client_id: 'booking-system' };
  const form = (client_secret: string) => ({
    method: 'POST',
    body: new URLSearchParams({ ...grant, client_secret }),
  });
  const granted = (await (await fetch(added.tokenUrl, form(machine))).json()) as { access_token: string };
  heard.keep('service token', granted.access_token);
  expect((await ask('answers', '/api/auth/user', { headers: bearer(granted.access_token) })).ok).toBe(true);
  await ask('errors', new URL(added.tokenUrl).pathname, form(`${machine.slice(0, -6)}AAAAAA`));
  await ask('answers', '/api/v1/service-accounts', { headers: bearer(admin) });
  const channel = { type: 'webhook' as const, url: `https://127.0.0.1:9/${PLANTED.webhookPath}` };
  const { secret, ...subscribed } = await api.notifications.subscriptions.create({
    body: { reach: 'all', occasions: ['session.ready', 'session.cancelled'], channel },
  });
  heard.keep('signing secret', secret);
  heard.say('answers', JSON.stringify(subscribed));
  await ask('answers', '/api/v1/notifications/subscriptions', { headers: bearer(admin) });

  // A browser that signs in and looks around.
  const browser = new Browser();
  const signIn = await browser.open(`${url}/api/auth/login`);
  await browser.submit(signIn, { username: 'leila', password: PLANTED.wrongPassword });
  const landed = await browser.submit(await browser.open(`${url}/api/auth/login`), {
    username: 'leila',
    password: PLANTED.newPassword,
  });
  expect(landed.status).toBeLessThan(400);
  const me = await browser.open(`${url}/api/auth/session`, { headers: { accept: 'application/json' } });
  expect(await me.json()).toMatchObject({ username: 'leila' });

  // A session that has a way in, seen by one who may not take it.
  await eventually('the definitions to be synced', async () => {
    const { items } = await api.definitions.list({ query: { status: 'ACTIVE' } });
    return items.length === 3;
  });
  await listening('stream of the user', user, () =>
    listening('stream of the admin', admin, async () => {
      const { id } = await api.sessions.book({
        body: { definition: { name: 'static-routing-basics' }, durationSeconds: 300 },
      });
      await eventually('the session to be ready', async () => {
        const { status } = await api.sessions.get({ params: { id } });
        return status === 'READY';
      });
      const loginUrl = await loginUrlOf(admin, id);
      expect(loginUrl).toMatch(/^http/);
      heard.keep('login URL', loginUrl);
      for (const path of ['', '/explanation', '/history', '/user-session', '/score-reports'])
        await ask('answers to the user', `/api/v1/sessions/${id}${path}`, { headers: bearer(user) });
      await ask('answers to the user', '/api/v1/sessions', { headers: bearer(user) });
      await api.sessions.cancel({ params: { id }, body: {} });
    }),
  );

  // All that anybody may look at.
  for (const path of ['/', '/metrics', '/health', '/ready', '/info', '/api/openapi.json', '/api/docs'])
    await ask('public pages', path);
  for (const path of [
    '/api/v1/audit',
    '/api/v1/settings',
    '/api/v1/settings/schema',
    '/api/v1/tasks',
    '/api/v1/accounts',
    '/api/v1/workers',
    '/api/auth/sessions',
  ])
    await ask('answers to the admin', path, { headers: bearer(admin) });

  await stop();
  await heard.sayFiles(folder.path);
  const where = [...heard.said.keys()];
  expect(where).toEqual(
    expect.arrayContaining([
      'bus',
      'errors',
      'stream of the user',
      'lcm.log',
      'lcm.sqlite',
      'logins.sqlite',
      'audit.sqlite',
    ]),
  );
  expect(heard.secrets.size).toBeGreaterThan(25);
  expect(heard.leaks(MEANT)).toEqual([]);
  // What is meant to be there is found, so the rest would be.
  expect(heard.leaks(new Set())).toEqual([expect.stringMatching(/^login URL \d+ in lcm\.sqlite$/)]);
});

/** Where a secret may be found, because it is kept or shown there on purpose. */
const MEANT: ReadonlySet<string> = new Set([
  // The way into a lab is the session's, and shown to its owner and to those who run it.
  'login URL in lcm.sqlite',
]);

/** The way into a lab, as one who may take it sees it. */
async function loginUrlOf(token: string, id: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/api/v1/sessions/${id}/user-session`, { headers: bearer(token) });
  return /"loginUrl":"([^"]+)"/.exec(await answer.text())?.[1];
}

it('what is kept for logins is sealed, all of it', () => {
  const database = new DatabaseSync(join(folder.path, 'logins.sqlite'), { readOnly: true });
  const values = database
    .prepare('SELECT value FROM expiring')
    .all()
    .map(({ value }) => String(value));
  database.close();
  expect(values.length).toBeGreaterThan(5);
  expect(values.filter((value) => !/^\{"sealed":"sealed1\.[\w-]+\.[\w-]+"\}$/.test(value))).toEqual([]);
});
