import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { FENCE_TEXT, type Fence } from '@lcm/core/domain/fence.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerFor } from '../auth/authorize.ts';
import type { Authenticate, Caller } from '../auth/caller.ts';
import { checked } from './checked.ts';
import type { Call, Handlers } from './handler.ts';

/** Puts a route in place for every endpoint of the contract. */
export function registerRoutes<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  handlers: Handlers<C>,
  authenticate: Authenticate,
): void {
  for (const [name, member] of Object.entries(contract)) {
    const handler: unknown = handlers[name];
    if (isEndpoint(member)) register(app, member, handler as (call: Call) => Promise<unknown>, authenticate);
    else registerRoutes(app, member, handler as Handlers<Contract>, authenticate);
  }
}

/** Every endpoint of a contract, in the order written. */
export function endpointsOf(contract: Contract): Endpoint[] {
  return Object.values(contract).flatMap((member) => (isEndpoint(member) ? [member] : endpointsOf(member)));
}

function register(
  app: FastifyInstance,
  endpoint: Endpoint,
  handler: (call: Call) => Promise<unknown>,
  authenticate: Authenticate,
): void {
  // A filter that is misspelt must not answer with everything.
  const strict = endpoint.query ? { ...endpoint, query: endpoint.query.strict() } : endpoint;
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    handler: async (request, reply) => {
      const caller = await callerFor(endpoint, request, authenticate);
      const answer = await handler(callOf(strict, request, caller));
      return respond(endpoint, answer, reply);
    },
  });
}

function callOf(endpoint: Endpoint, request: FastifyRequest, caller: Caller): Call {
  const expectedVersion = endpoint.ifMatch ? versionOf(request.headers['if-match']) : undefined;
  const idempotencyKey = endpoint.idempotencyKey ? keyOf(request.headers['idempotency-key']) : undefined;
  return {
    params: endpoint.params && checked(endpoint.params, request.params, 'path'),
    query: endpoint.query && checked(endpoint.query, request.query, 'query'),
    body: endpoint.body && checked(endpoint.body, request.body === undefined ? {} : request.body, ''),
    caller,
    correlationId: request.id,
    idempotencyKey,
    expectedVersion,
    fence: fenceOf(request.headers['x-lcm-fence'], caller),
  } as Call;
}

function respond(endpoint: Endpoint, answer: unknown, reply: FastifyReply): FastifyReply {
  reply.code(endpoint.status);
  if (endpoint.status === 204) return reply.send();
  const version =
    typeof answer === 'object' && answer !== null && 'version' in answer ? answer.version : undefined;
  if (typeof version === 'number') reply.header('etag', `"${version}"`);
  return reply.type('application/json').send(JSON.stringify(answer));
}

function versionOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const match = /^"(\d{1,15})"$/.exec(header);
  if (match) return Number(match[1]);
  throw new Refusal('invalid', `If-Match must be the ETag of the resource, such as "3", not ${header}`, {
    fields: [{ pointer: '/headers/if-match', message: 'must be a version in double quotes' }],
  });
}

function keyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new Refusal('invalid', 'Idempotency-Key must be 1 to 200 visible ASCII characters', {
    fields: [{ pointer: '/headers/idempotency-key', message: 'must be 1 to 200 visible ASCII characters' }],
  });
}

/** Fences are the controllers' alone: one from anybody else could shut them out of an aggregate. */
function fenceOf(header: string | string[] | undefined, caller: Caller): Fence | undefined {
  if (header === undefined) return undefined;
  if (!caller.roles.includes('controller'))
    throw new Refusal('forbidden', 'x-lcm-fence is for controllers only');
  const match = FENCE_TEXT.exec(String(header));
  if (match?.[1]) return { controller: match[1], partition: Number(match[2]), token: Number(match[3]) };
  throw new Refusal('invalid', 'x-lcm-fence must be <controller>/<partition>/<token>');
}
