import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { cmlConnection } from './connection.ts';

const open = (fetch: (url: string, init: RequestInit) => Promise<Response>, clock = new VirtualClock()) =>
  cmlConnection('https://cml', {
    fetch,
    clock,
    clientId: 'client',
    credentials: async () => ({ username: 'admin', password: 'secret' }),
  });

/** Answers logins, and everything else by the function. */
const loggedIn = (answer: (url: string, init: RequestInit) => Response | Promise<Response>) =>
  open(async (url, init) =>
    url.endsWith('/authenticate') ? new Response('"token"') : await answer(url, init),
  );

describe('a connection to CML', () => {
  it('gives up on a server that does not answer in time', async () => {
    const clock = new VirtualClock();
    const connection = open(
      (_url, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
        }),
      clock,
    );
    const call = expect(connection.json('GET', 'labs')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no answer within 30000 ms'),
    });
    await clock.advance(31_000);
    await call;
  });

  it('sends raw text without a content type, and never its password in a later call', async () => {
    const sent: RequestInit[] = [];
    const connection = loggedIn((_url, init) => {
      sent.push(init);
      return new Response('{}');
    });
    await connection.json('POST', 'import', { raw: 'lab: {}' });
    const headers = new Headers(sent[0]?.headers);
    expect(headers.get('content-type')).toBeNull();
    expect(headers.get('authorization')).toBe('Bearer token');
    expect(headers.get('x-client-uuid')).toBe('client');
  });

  it.each([
    [400, 'rule'],
    [401, 'forbidden'],
    [403, 'conflict'],
    [404, 'notFound'],
    [502, 'unavailable'],
  ])('turns status %i into the refusal %s with the words of CML', async (status, code) => {
    const body = JSON.stringify({ code: status, description: 'because' });
    const connection = loggedIn(() => new Response(body, { status }));
    await expect(connection.json('GET', 'labs')).rejects.toMatchObject({
      code,
      message: expect.stringContaining('because'),
    });
  });

  it.each([
    [403, 'forbidden'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('takes a login that is answered %i for %s: only CML’s own refusal is about us', async (status, code) => {
    const body = JSON.stringify({ code: status, description: 'because' });
    const connection = open(async () => new Response(body, { status }));
    await expect(connection.json('GET', 'labs')).rejects.toMatchObject({ code });
  });

  it('tolerates a proxy that answers in its own words', async () => {
    const connection = loggedIn(() => new Response('<html>Bad Gateway</html>', { status: 200 }));
    await expect(connection.json('GET', 'labs')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await connection.open('system_information')).toBeUndefined();
  });

  it('is made for URLs only', () => {
    expect(() =>
      cmlConnection('10.0.0.1', {
        fetch: async () => new Response(),
        clock: new VirtualClock(),
        clientId: 'client',
        credentials: async () => ({ username: 'a', password: 'b' }),
      }),
    ).toThrow('not one');
  });
});
