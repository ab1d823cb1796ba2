import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Where the identity provider is: its issuer ends with this. */
export const IDENTITY_PATH = '/oidc';

/** Answers a request whose body nobody has read, whose path begins with `mountedAt` and whose peer is `address`. */
export type AnswerAsProvider = (
  request: IncomingMessage,
  response: ServerResponse,
  at: { mountedAt: string; address: string },
) => Promise<void>;

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
          (error: unknown) => {
            request.log.error({ err: error }, 'the identity provider failed');
            reply.raw.destroy();
          },
        );
      },
    });
  });
}
