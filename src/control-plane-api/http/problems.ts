import { type Problem, problemType, STATUS_OF } from '@lcm/core/api/problem.ts';
import { Refusal, type RefusalCode } from '@lcm/core/domain/refusal.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TITLES: Readonly<Record<RefusalCode, string>> = {
  invalid: 'The request is malformed',
  unauthenticated: 'Nobody is logged in',
  forbidden: 'Not allowed',
  notFound: 'Not found',
  conflict: 'The state does not allow it',
  illegalTransition: 'The state does not allow it',
  staleVersion: 'Somebody changed it meanwhile',
  staleFence: 'Another holder has taken over',
  rule: 'The request breaks a rule',
  doesNotFit: 'It does not fit',
  quota: 'A limit is reached',
  tooManyRequests: 'Too many requests, wait a while',
  busy: 'Too busy, try again',
  unavailable: 'Not available at the moment, try again',
};

/** Makes every error of a request a problem document, the parser's included. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.status >= 500) request.log.error({ err: error, correlationId: request.id }, 'request failed');
    return send(reply, problem);
  });
}

/** The problem document of an error. Unknown errors say nothing of their inside but the id to find them by. */
export function problemOf(error: FastifyError | Refusal, request: FastifyRequest): Problem {
  const common = { instance: request.url.split('?')[0] ?? request.url, correlationId: request.id };
  if (error instanceof Refusal) return problemOfRefusal(error, common);
  const status = error.statusCode ?? 500;
  if (status < 500) {
    return {
      type: `urn:lcm:problem:http-${status}`,
      title: TITLES.invalid,
      status,
      detail: error.message,
      ...common,
    };
  }
  return {
    type: 'urn:lcm:problem:internal',
    title: 'Something went wrong here',
    status: 500,
    detail: `The log has the details under ${request.id}`,
    ...common,
  };
}

/** The problem document of a refusal. */
export function problemOfRefusal(
  { code, message, fields, facts }: Refusal,
  common: Pick<Problem, 'instance' | 'correlationId'>,
): Problem {
  return {
    type: problemType(code),
    title: TITLES[code],
    status: STATUS_OF[code],
    detail: message,
    ...common,
    ...(fields.length > 0 ? { errors: [...fields] } : {}),
    ...(Object.keys(facts).length > 0 ? { facts: { ...facts } } : {}),
  };
}

/** How one may prove who one is, and whether a token was not taken (RFC 6750, section 3). */
const challengeFor = ({ headers }: FastifyRequest): string =>
  headers.authorization === undefined ? 'Bearer realm="lcm"' : 'Bearer realm="lcm", error="invalid_token"';

/** Sends a problem document. */
export function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '1');
  if (problem.status === 401) reply.header('www-authenticate', challengeFor(reply.request));
  const retryAfter = problem.facts?.['retryAfterSeconds'];
  if (problem.status === 429 && typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
