import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { problem } from '@lcm/core/api/problem.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';

let on: TestPlane;
let port: number;
beforeAll(async () => {
  on = await startTestPlane();
  await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
  port = (on.plane.app.server.address() as AddressInfo).port;
});
afterAll(() => on.stop());

const HOST = 'Host: x\r\n';
const CLOSE = 'Connection: close\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const EVENT_TYPE = 'Content-Type: application/cloudevents+json\r\n';
const get = (path: string, headers = HOST) => `GET ${path} HTTP/1.1\r\n${headers}${CLOSE}\r\n`;
const begun = (headers: string) => `POST /api/v1/sessions HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n`;
const post = (body: string | Buffer, headers = JSON_TYPE, path = '/api/v1/sessions') =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\n${HOST}${headers}${CLOSE}`),
    Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);
const event = (fields: object) =>
  JSON.stringify({ specversion: '1.0', id: '1', source: 's', type: 't', ...fields });

describe('is answered with a problem:', () => {
  it.each<[what: string, sent: string | Buffer, status: number, head?: RegExp]>([
    ['no Host', get('/health', ''), 400],
    ['two of them', get('/health', HOST + HOST), 400],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a version that there is not', `GET / HTTP/3.0\r\n${HOST}\r\n`, 400],
    ['a path without its slash', `GET health HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a path in Latin-1', Buffer.from(get('/api/v1/workers/é'), 'latin1'), 400],
    ['a path of another protocol', get('/api/../../etc/passwd'), 404],
    ['bad percent encoding in a path', get('/api/v1/workers/%zz'), 400],
    ['bad percent encoding in a query', get('/api/v1/workers?limit=%zz'), 400],
    ['a header with NUL', `GET /health HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`, 400],
    ['too many headers', get('/health', HOST + 'X-A: 1\r\n'.repeat(3_000)), 431],
    ['an expectation', begun('Expect: tea\r\nContent-Length: 0\r\n'), 417],
    ['CONNECT', `CONNECT x:80 HTTP/1.1\r\n${HOST}\r\n`, 405, /^allow: /im],
    [
      'a verb of WebDAV',
      `PROPFIND /api/v1/sessions HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
      405,
      /^allow: GET, HEAD/im,
    ],
    ['a verb in small letters', `get /health HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a negative length', begun('Content-Length: -1\r\n'), 400],
    ['a length that is no number', begun('Content-Length: x\r\n'), 400],
    ['a length beyond all', begun(`Content-Length: ${'9'.repeat(30)}\r\n`), 400],
    ['a length beyond the limit', begun('Content-Length: 99999999999\r\n'), 413],
    ['two lengths', begun('Content-Length: 2\r\nContent-Length: 3\r\n'), 400],
    ['a length, and chunks', begun('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'), 400],
    ['a coding of transfer that there is not', begun('Transfer-Encoding: gzip\r\n'), 400],
    ['a compressed body', post('{}', `${JSON_TYPE}Content-Encoding: gzip\r\n`), 415],
    ['a charset', post('{}', 'Content-Type: application/json; charset=latin1\r\n'), 415],
    ['a content type that is none', post('{}', 'Content-Type: ][\r\n'), 415],
    ['no content type', post('{}', ''), 415],
    ['half of JSON', post('{'), 400],
    ['a byte order mark', post('\ufeff{}'), 400],
    ['UTF-16', post(Buffer.from('{"a": 1}', 'utf16le')), 400],
    ['what is not UTF-8', post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400],
    ['deep nesting', post('['.repeat(100_000)), 400],
    ['deep nesting that is closed', post(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`), 400],
    ['a member __proto__', post('{"__proto__": {"roles": ["admin"]}}'), 400],
    ['a member __proto__ in escapes', post('{"\\u005f_proto\\u005F_": 1}'), 400],
    ['half a character', post('{"department": "\\ud800"}'), 400],
    ['a number without end', post('{"durationSeconds": 1e999}'), 400],
    [
      'a version twice',
      post('{}', `${JSON_TYPE}If-Match: "1"\r\nIf-Match: "2"\r\n`, '/api/v1/sessions/s/hold'),
      400,
    ],
    ['an event without an id', post(event({ id: undefined }), EVENT_TYPE, '/api/events'), 400],
    ['an event with an empty one', post(event({ id: '' }), EVENT_TYPE, '/api/events'), 400],
    [
      'an event of an older specification',
      post(event({ specversion: '0.3' }), EVENT_TYPE, '/api/events'),
      400,
    ],
    ['an event that is not UTF-8', post(Buffer.from([0x7b, 0xff]), EVENT_TYPE, '/api/events'), 400],
    ['an unknown kind to follow', get('/api/events/stream?kinds=session,wokrer'), 400],
    ['kinds to follow twice', get('/api/events/stream?kinds=session&kinds=worker'), 400],
    ['a misspelt filter to follow', get('/api/events/stream?sessionId=s-1'), 400],
  ])('%s', async (_what, sent, status, head = /^/) => {
    const answer = answered(await exchange(sent));
    expect(answer.status).toBe(status);
    expect(answer.head).toMatch(/content-type: application\/problem\+json/i);
    expect(answer.head).toMatch(head);
    expect(problem.parse(JSON.parse(answer.body))).toMatchObject({ status });
  });
});

it('the last of two members of one name counts, as everywhere', async () => {
  const body = '{"definition": {"name": "none"}, "durationSeconds": -1, "durationSeconds": 60}';
  expect(answered(await exchange(post(body))).status).toBe(404);
});

it('any bytes are answered with HTTP, and never with a fault of the server', {
  timeout: 60_000,
}, async () => {
  const good = [
    get('/api/v1/sessions?limit=3'),
    post('{"durationSeconds": 60}'),
    begun('Content-Length: 0\r\n'),
  ];
  const broken = fc
    .record({
      text: fc.constantFrom(...good.map((one) => Buffer.from(one))),
      at: fc.nat(400),
      cut: fc.nat(20),
      put: fc.uint8Array({ maxLength: 20 }),
    })
    .map(({ text, at, cut, put }) => {
      const from = at % text.length;
      return Buffer.concat([text.subarray(0, from), put, text.subarray(from + cut)]);
    });
  await fc.assert(
    fc.asyncProperty(broken, async (sent) => {
      const text = await exchange(sent, { end: true });
      if (text !== '') expect(answered(text).status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

/** Sends the bytes, and gives what comes until the server closes. */
async function exchange(sent: string | Uint8Array, { end = false } = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => socket.end());
  // A server that has answered and closed may refuse the rest of what is sent.
  socket.on('error', () => {});
  if (end) socket.end(sent);
  else socket.write(sent);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

function answered(text: string): { status: number; head: string; body: string } {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]), head, body };
}
