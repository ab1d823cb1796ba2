import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { allowOrigins } from './cross-origin.ts';
import { answerNoRoute } from './no-route.ts';
import { registerPage } from './page.ts';
import { guardBrowsers } from './security-headers.ts';

let on: TestPlane;
beforeAll(async () => {
  on = await startTestPlane();
});
afterAll(() => on.stop());

it.each([
  ['an answer', '/api/v1/sessions', 200],
  ['a problem', '/api/v1/sessions/s-none', 404],
  ['what there is no route for', '/api/v1/nothing', 404],
  ['what is not UTF-8', '/api/v1/sessions/%E0%A4%A', 400],
  ['the document', '/api/openapi.json', 200],
  ['the state of health', '/health', 200],
])(
  'browsers are told to do nothing with %s, not to guess what it is, and to tell nobody',
  async (_what, url, status) => {
    const answer = await on.plane.app.inject({ method: 'GET', url });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  },
);

it('no copy of an answer is kept by what stands between, and a read is asked for anew', async () => {
  const control = async (url: string) =>
    (await on.plane.app.inject({ method: 'GET', url })).headers['cache-control'];
  expect(await control('/api/v1/sessions')).toBe('private, no-cache');
  expect(await control('/api/v1/sessions/s-none')).toBe('no-store');
});

it('the page may run the scripts of this server, and no script within it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lcm-page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  const app = Fastify();
  guardBrowsers(app, {});
  await registerPage(app, folder);
  const { headers } = await app.inject({ method: 'GET', url: '/sessions' });
  await app.close();
  rmSync(folder, { recursive: true });
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'self';/);
  expect(policy.replace(/style-src[^;]*;/, '')).not.toMatch(/unsafe|\*|https?:/);
});

it('a page that has not changed keeps its policy: a browser that asks again is told no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lcm-page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  const app = Fastify();
  guardBrowsers(app, {});
  await registerPage(app, folder);
  const first = await app.inject({ method: 'GET', url: '/' });
  const again = await app.inject({
    method: 'GET',
    url: '/',
    headers: { 'if-none-match': String(first.headers.etag) },
  });
  await app.close();
  rmSync(folder, { recursive: true });
  expect(again.statusCode).toBe(304);
  expect(again.headers).not.toHaveProperty('content-security-policy');
});

describe('strict transport security', () => {
  it.each([
    ['https://lcm.example.com', true],
    ['http://lcm.example.com', false],
    ['https://localhost:8443', false],
    ['https://127.0.0.1', false],
    ['https://[::1]', false],
    [undefined, false],
  ])('%s: %s', async (publicUrl, strict) => {
    const app = Fastify();
    guardBrowsers(app, { publicUrl });
    app.get('/x', async () => 'x');
    const { headers } = await app.inject('/x');
    await app.close();
    expect('strict-transport-security' in headers).toBe(strict);
  });
});

describe('pages of other origins', () => {
  const ask = async (corsOrigins: string[], method: 'GET' | 'OPTIONS', origin: string) => {
    const app = Fastify();
    await allowOrigins(app, { corsOrigins });
    answerNoRoute(app);
    app.get('/api/v1/sessions', async () => ({}));
    const preflight = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const headers = { origin, ...(method === 'OPTIONS' ? preflight : {}) };
    const answer = await app.inject({ method, url: '/api/v1/sessions', headers });
    await app.close();
    return answer;
  };

  it('may read nothing where none is listed', async () => {
    for (const method of ['GET', 'OPTIONS'] as const) {
      const { headers } = await ask([], method, 'https://portal.example');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('may call with a token where they are listed, and never with a cookie', async () => {
    const preflight = await ask(['https://portal.example'], 'OPTIONS', 'https://portal.example');
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://portal.example',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials');
    const answer = await ask(['https://portal.example'], 'GET', 'https://portal.example');
    expect(answer.headers['access-control-expose-headers']).toMatch(/etag.*ratelimit.*retry-after/);
  });

  it.each(['https://evil.example', 'https://portal.example.evil.example', 'http://portal.example', 'null'])(
    'may read nothing from %s though another is listed',
    async (origin) => {
      const { headers } = await ask(['https://portal.example'], 'GET', origin);
      expect(headers['access-control-allow-origin']).not.toBe(origin);
      expect(headers['access-control-allow-origin']).not.toBe('*');
    },
  );
});
