import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance } from 'fastify';

/** Node's options with which it leaves to us what it would answer by itself, with a status and nothing else. */
export const LEFT_TO_US = { requireHostHeader: false };

/** Answers with problems what Node would refuse before Fastify sees it, or not answer at all. */
export function answerBeforeRequests(app: FastifyInstance): void {
  app.server.on('checkExpectation', ({ headers, socket }: IncomingMessage) =>
    end(socket, 417, `nothing is known of the expectation ${headers.expect}`),
  );
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) =>
    end(
      socket,
      405,
      'CONNECT is not possible here',
      'Allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n',
    ),
  );
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const named = (text: string, index: number) => index % 2 === 0 && text.length === 4 && /host/i.test(text);
    const hosts = raw.rawHeaders.filter(named).length;
    if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) done();
    else done(new Refusal('invalid', `a request has one Host header (RFC 9112), not ${hosts}`));
  });
}

/** Answers what is not even a request: malformed or oversized HTTP, as Node's parser finds it. */
export function answerClientErrors(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET') return;
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  end(socket, status, 'this is not HTTP that can be read');
}

function end(socket: Socket, status: number, detail: string, headers = ''): void {
  if (!socket.writable) return;
  const body = JSON.stringify({
    type: `urn:lcm:problem:http-${status}`,
    title: 'The request is malformed',
    status,
    detail,
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
