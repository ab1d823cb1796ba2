import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance } from 'fastify';
import { problemOf } from '../../http/problems.ts';

/** Where the identity provider is: its issuer ends with this. */
export const IDENTITY_PATH = '/oidc';

/** Answers a request whose body nobody has read, whose path begins with `mountedAt` and whose peer is `address`. */
export type AnswerAsProvider = (
  request: IncomingMessage,
  response: ServerResponse,
  at: { mountedAt: string; address: string },
) => Promise<void>;

/** The provider has logged why. */
const failed = (cause: unknown) =>
  new Refusal('unavailable', 'the identity provider cannot answer at the moment', { cause });

const PROBLEM = { 'content-type': 'application/problem+json', 'retry-after': '1' };

/** Serves the identity provider that is built in, next to the API; it reads and answers its requests itself. */
export async function mountIdentityProvider(app: FastifyInstance, answer: AnswerAsProvider): Promise<void> {
  await app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _body, done) => done(null));
    routes.route({
      method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      url: `${IDENTITY_PATH}/*`,
      exposeHeadRoute: false,
      handler: (request, reply) => {
        reply.hijack();
        answer(request.raw, reply.raw, { mountedAt: IDENTITY_PATH, address: request.ip }).catch(
          (cause: unknown) => {
            const problem = problemOf(cause instanceof Refusal ? cause : failed(cause), request);
            if (reply.raw.headersSent) reply.raw.destroy();
            else reply.raw.writeHead(problem.status, PROBLEM).end(JSON.stringify(problem));
          },
        );
      },
    });
  });
}
