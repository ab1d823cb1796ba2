import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { deprecationHeaders } from '@lcm/core/api/deprecation.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { FENCE_TEXT, type Fence } from '@lcm/core/domain/fence.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { sendAnswer, versionAskedFor } from './answer.ts';
import { checked } from './checked.ts';
import type { Door } from './door.ts';
import type { Call, Handlers } from './handler.ts';
import { onceByKey } from './idempotency.ts';
import { fieldsParameter, takesFields } from './sparse-fields.ts';
import { withinTime } from './within-time.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the operation in the contract, such as `sessions.book`. */
    operation?: string;
  }
}

/** What of the services an operation's route itself needs. */
type Kept = Pick<Services, 'clock' | 'expiring'>;

/** Puts a route in place for every endpoint of the contract. */
export function registerRoutes<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  handlers: Handlers<C>,
  door: Door,
  services: Kept,
  within = '',
): void {
  for (const [name, member] of Object.entries(contract)) {
    const handler: unknown = handlers[name];
    const operation = within + name;
    if (isEndpoint(member))
      register(app, operation, member, handler as (call: Call) => Promise<unknown>, door, services);
    else registerRoutes(app, member, handler as Handlers<Contract>, door, services, `${operation}.`);
  }
}

/** Every endpoint of a contract, in the order written. */
export function endpointsOf(contract: Contract): Endpoint[] {
  return Object.values(contract).flatMap((member) => (isEndpoint(member) ? [member] : endpointsOf(member)));
}

function register(
  app: FastifyInstance,
  operation: string,
  endpoint: Endpoint,
  handler: (call: Call) => Promise<unknown>,
  door: Door,
  services: Kept,
): void {
  const read = { ...endpoint, query: queryOf(endpoint) };
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { operation },
    bodyLimit: endpoint.bodyBytes,
    // Before the body is read: nothing is kept in memory for those who may not ask.
    onRequest: async (request, reply) => {
      if (endpoint.deprecated) reply.headers(deprecationHeaders(endpoint.deprecated));
      await door.admit(endpoint, request, reply);
    },
    handler: async (request, reply) => {
      const caller = callerOf(request);
      const call = callOf(read, request, caller);
      const more = (endpoint.counts?.(call.body) ?? 1) - 1;
      if (more > 0) await door.budgets.charge(caller, reply, more);
      const work = () => withinTime(services.clock, endpoint, () => handler(call));
      const { idempotencyKey: key, body } = call;
      const answer = key ? await onceByKey(services, { operation, caller, key, body }, work) : await work();
      const { 'if-none-match': ifNoneMatch } = request.headers;
      return sendAnswer(endpoint, answer, { fields: fieldsOf(call), ifNoneMatch }, reply);
    },
  });
}

/** The query that an operation takes. A filter that is misspelt must not answer with everything. */
export function queryOf(endpoint: Endpoint): Endpoint['query'] {
  if (!takesFields(endpoint)) return endpoint.query?.strict();
  return (endpoint.query ?? z.object({})).extend({ fields: fieldsParameter }).strict();
}

function fieldsOf({ query }: Call): string | undefined {
  const fields: unknown = query && 'fields' in query ? query['fields'] : undefined;
  return typeof fields === 'string' ? fields : undefined;
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (caller) return caller;
  throw new Error('an operation was reached past the door');
}

function callOf(endpoint: Endpoint, request: FastifyRequest, caller: Caller): Call {
  const expectedVersion = endpoint.ifMatch ? versionAskedFor(request.headers['if-match']) : undefined;
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
