import type { FastifyInstance } from 'fastify';
import { CmlError } from '../errors.ts';

/**
 * Makes every failure a JSON body `{code, description}`: clients of CML fail on anything else.
 * Failures of the simulator itself are 500 and are thrown on to the log by Fastify.
 */
export function answerErrorsLikeCml(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ code: 404, description: `Not found: ${request.method} ${request.url}` }),
  );
  app.setErrorHandler((error, request, reply) => {
    const code = error instanceof CmlError ? error.code : statusOf(error);
    const description = error instanceof Error ? error.message : String(error);
    if (code >= 500) request.log.error(error);
    return reply.code(code).send({ code, description });
  });
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
