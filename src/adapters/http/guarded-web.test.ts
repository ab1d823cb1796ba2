import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../clock/system-clock.ts';
import { type GuardedWebOptions, guardedWeb } from './guarded-web.ts';
import { reachableAddresses } from './reachable-addresses.ts';

const got: { host: string | undefined; method: string | undefined; authorization: string | undefined }[] = [];
const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/hello': (_request, response) => response.end('hello'),
  '/long': (_request, response) => response.end('x'.repeat(5_000)),
  '/echo': (request, response) => {
    response.setHeader('content-type', request.headers['content-type'] ?? 'none');
    request.pipe(response);
  },
  '/silent': () => {},
  '/to-hello': (_request, response) => response.writeHead(302, { location: '/hello' }).end(),
  '/to-other': (_request, response) =>
    response.writeHead(307, { location: `http://other.example:${port}/hello` }).end(),
  '/to-inside': (_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  '/to-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/round': (_request, response) => response.writeHead(302, { location: '/round' }).end(),
};
const server = createServer((request, response) => {
  got.push({
    host: request.headers.host,
    method: request.method,
    authorization: request.headers.authorization,
  });
  answers[request.url ?? '']?.(request, response);
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** To this test's server, which stands for one on the internet. */
const fetching = (options: Partial<GuardedWebOptions> = {}) =>
  guardedWeb({
    reachable: reachableAddresses(['127.0.0.1']),
    clock: systemClock,
    resolve: async () => ['127.0.0.1'],
    ...options,
  }).fetch;
const web = guardedWeb({ reachable: reachableAddresses(), clock: systemClock });
const guarded = web.fetch;

it.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://0/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[fd00:ec2::254]/latest/meta-data',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1:8080/',
  'http://１２７.0.0.1/',
])('%s is refused', async (url) => {
  await expect(guarded(url, {})).rejects.toMatchObject({
    code: 'rule',
    message: expect.stringMatching(/reached/),
  });
});

it('sends text as it stands, and a form as fetch would', async () => {
  const echo = `http://example.com:${port}/echo`;
  expect(await (await fetching()(echo, { method: 'POST', body: 'plain' })).text()).toBe('plain');
  const body = new URLSearchParams({ code: 'a b', state: 'ü' });
  const answer = await fetching()(echo, { method: 'POST', body });
  expect(await answer.text()).toBe('code=a+b&state=%C3%BC');
  expect(answer.headers.get('content-type')).toBe('application/x-www-form-urlencoded;charset=UTF-8');
});

it.each([
  'file:///etc/passwd',
  'ftp://93.184.216.34/',
  'gopher://93.184.216.34/',
  'data:text/plain,x',
  'nonsense',
])('%s is nothing to fetch', async (url) => {
  await expect(guarded(url, {})).rejects.toMatchObject({ code: 'rule' });
});

it('refuses credentials in a URL', async () => {
  await expect(guarded('http://me:secret@93.184.216.34/', {})).rejects.toMatchObject({ code: 'rule' });
});

it('refuses a name that leads inside, without saying where', async () => {
  const { fetch, check } = guardedWeb({
    reachable: reachableAddresses(),
    clock: systemClock,
    resolve: async () => ['10.1.2.3'],
  });
  await expect(check('http://inside.example/')).rejects.toMatchObject({ code: 'rule' });
  const refusal = await fetch('http://inside.example/', {}).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'rule' });
  expect(String(refusal)).not.toContain('10.1.2.3');
});

it('refuses a name of which one address leads inside', async () => {
  const fetch = fetching({ resolve: async () => ['127.0.0.1', '10.1.2.3'] });
  await expect(fetch(`http://mixed.example:${port}/hello`, {})).rejects.toMatchObject({ code: 'rule' });
});

it('connects to the address that it checked, whatever the name says a moment later', async () => {
  const turns = ['127.0.0.1', '10.1.2.3'];
  const asked: string[] = [];
  const fetch = fetching({
    resolve: async (name) => {
      asked.push(name);
      return [turns.shift() ?? '10.1.2.3'];
    },
  });
  const answer = await fetch(`http://rebinding.example:${port}/hello`, {});
  expect(await answer.text()).toBe('hello');
  expect(asked).toEqual(['rebinding.example']);
  expect(got.at(-1)?.host).toBe(`rebinding.example:${port}`);
});

it('does not follow redirects unless told to', async () => {
  const answer = await fetching()(`http://some.example:${port}/to-inside`, {});
  expect(answer.status).toBe(302);
});

it('follows a redirect, and checks where it leads', async () => {
  const fetch = fetching({ maxRedirects: 3 });
  const answer = await fetch(`http://some.example:${port}/to-hello`, { method: 'POST', body: 'x' });
  expect([await answer.text(), got.at(-1)?.method]).toEqual(['hello', 'GET']);
  await expect(fetch(`http://some.example:${port}/to-inside`, {})).rejects.toMatchObject({ code: 'rule' });
  await expect(fetch(`http://some.example:${port}/to-file`, {})).rejects.toMatchObject({ code: 'rule' });
  await expect(fetch(`http://some.example:${port}/round`, {})).rejects.toThrow('redirects more than 3 times');
});

it('resolves anew for each redirect', async () => {
  const fetch = fetching({
    maxRedirects: 3,
    resolve: async (name) => [name === 'other.example' ? '10.1.2.3' : '127.0.0.1'],
  });
  await expect(fetch(`http://some.example:${port}/to-other`, {})).rejects.toMatchObject({ code: 'rule' });
});

it('takes no credentials to another place', async () => {
  const headers = { authorization: 'Bearer x' };
  await fetching({ maxRedirects: 3 })(`http://some.example:${port}/to-other`, {
    method: 'POST',
    headers,
    body: 'x',
  });
  expect(got.slice(-2)).toMatchObject([
    { host: `some.example:${port}`, authorization: 'Bearer x' },
    { host: `other.example:${port}`, authorization: undefined, method: 'POST' },
  ]);
});

it('cuts off what is too long', async () => {
  const fetch = fetching({ maxBytes: 1_000 });
  await expect(fetch(`http://some.example:${port}/long`, {})).rejects.toThrow('longer than 1000 bytes');
});

it('gives up on one that does not answer, and on a name that does not resolve', async () => {
  const fetch = fetching({ timeoutMs: 50 });
  await expect(fetch(`http://some.example:${port}/silent`, {})).rejects.toMatchObject({
    code: 'unavailable',
  });
  const slow = { reachable: reachableAddresses(), clock: systemClock, timeoutMs: 50 };
  const { check } = guardedWeb({ ...slow, resolve: () => new Promise(() => {}) });
  await expect(check('http://some.example/')).rejects.toMatchObject({ code: 'unavailable' });
  const lost = fetching({ timeoutMs: 50, resolve: () => new Promise(() => {}) });
  await expect(lost('http://some.example/', {})).rejects.toMatchObject({ code: 'unavailable' });
});
