import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * A hook that lets only that user in by HTTP Basic (RFC 7617); everybody else gets 401.
 * Credentials are compared as UTF-8 and in constant time.
 */
export function basicAuth(username: string, password: string) {
  const expected = Buffer.from(`Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Basic realm="LDS", charset="UTF-8"')
      .send({ error: 'unauthorized', message: 'user name or password is wrong' });
  };
}
