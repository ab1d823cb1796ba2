import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { SELF_SIGNED } from './self-signed.fixture.ts';
import { type TlsOptions, tlsFetch } from './tls-fetch.ts';

/** A server that tells what it was sent, unless the path asks for something else. */
async function serve(): Promise<string> {
  const server = createServer((request, reply) => {
    if (request.url === '/silent') return;
    if (request.url === '/elsewhere') {
      reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return;
    }
    if (request.url === '/nothing') {
      reply.writeHead(204).end();
      return;
    }
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      const { method, headers } = request;
      reply.writeHead(201, { 'content-type': 'application/json' });
      reply.end(
        JSON.stringify({ method, body, sent: headers['x-sent'], type: headers['content-type'] ?? null }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open() {
  const fetch = tlsFetch({ verify: false });
  onTestFinished(() => fetch.close());
  return fetch;
}

it('carries method, headers and body there, and status, headers and body back', async () => {
  const answer = await open()(`${await serve()}/`, {
    method: 'POST',
    headers: { 'x-sent': 'yes' },
    body: new TextEncoder().encode('größe'),
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual({ method: 'POST', body: 'größe', sent: 'yes', type: null });
  expect((await open()(`${await serve()}/nothing`, {})).status).toBe(204);
});

it('gives up when it is told to', async () => {
  const controller = new AbortController();
  const answer = open()(`${await serve()}/silent`, { signal: controller.signal });
  controller.abort(new Error('too late'));
  await expect(answer).rejects.toThrow('too late');
});

it('follows no redirect, and says when nothing listens', async () => {
  await expect(open()(`${await serve()}/elsewhere`, {})).rejects.toThrow('redirect');
  await expect(open()('http://127.0.0.1:1/', {})).rejects.toThrow('ECONNREFUSED');
});

it('tells nothing to a server that nobody vouches for, unless it is told to trust that one, or any', async () => {
  const server = createSecureServer(SELF_SIGNED, (_request, reply) => reply.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = async (options: TlsOptions) => {
    const fetch = tlsFetch(options);
    onTestFinished(() => fetch.close());
    return (await fetch(`https://127.0.0.1:${port}/`, {})).status;
  };
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  await expect(ask({})).rejects.toThrow('self-signed certificate');
  expect(await ask({ ca: SELF_SIGNED.cert })).toBe(204);
  expect(await ask({ verify: false })).toBe(204);
  server.closeAllConnections();
});
