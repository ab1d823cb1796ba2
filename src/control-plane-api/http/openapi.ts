import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { contract, publicContract } from '@lcm/core/api/contract.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { problem, STATUS_OF } from '@lcm/core/api/problem.ts';
import { FENCE_TEXT } from '@lcm/core/domain/fence.ts';
import type { RefusalCode } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { BESIDE_CONTRACT } from './beside-contract.ts';

/** Refusals that every operation may answer with. */
const ALWAYS: readonly RefusalCode[] = ['invalid', 'unauthenticated', 'forbidden', 'unavailable'];

/** The OpenAPI 3.1 document of what people and integrators may call. */
export function publicDocument(version: string): object {
  return documentOf(version, {
    title: 'Lablet Cloud Manager',
    description:
      'Books timed CML labs, has a licensed server up in time, delivers, collects, grades and gives everything back. Errors are problem documents (RFC 9457). Times are UTC, ISO 8601; durations are whole seconds.',
    paths: withPaths(pathsOf(publicContract, []), pathsBeside()),
    security: [{ bearer: [] }, {}],
  });
}

/** The OpenAPI 3.1 document of what the system's own controllers call, with their services' token. */
export function internalDocument(version: string): object {
  return documentOf(version, {
    title: 'Lablet Cloud Manager, for its own controllers',
    description:
      'Whole aggregates, and commands to them. Every write carries the fence of its holder, and the version that it was decided on. Not for anybody else: it changes without notice.',
    paths: pathsOf({ internal: contract.internal }, []),
    security: [{ bearer: [] }],
  });
}

function documentOf(
  version: string,
  {
    title,
    description,
    paths,
    security,
  }: {
    title: string;
    description: string;
    paths: ZodOpenApiPathsObject;
    security: Record<string, string[]>[];
  },
): object {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title,
        version,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security,
      paths,
    },
    { reused: 'inline' },
  );
}

function pathsOf(contract: Contract, names: readonly string[]): ZodOpenApiPathsObject {
  const members = Object.entries(contract).map(([name, member]): ZodOpenApiPathsObject => {
    const within = [...names, name];
    if (!isEndpoint(member)) return pathsOf(member, within);
    const path = member.path.replace(/:(\w+)/g, '{$1}');
    return { [path]: { [member.method.toLowerCase()]: operationOf(member, within) } };
  });
  return withPaths(...members);
}

function pathsBeside(): ZodOpenApiPathsObject {
  return withPaths(
    ...BESIDE_CONTRACT.map(({ path, method, operation }) => ({
      [path]: { [method.toLowerCase()]: operation },
    })),
  );
}

/** All of them; what stands at the same path in several is put together. */
function withPaths(...parts: ZodOpenApiPathsObject[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const [path, item] of parts.flatMap((part) => Object.entries(part)))
    paths[path] = { ...paths[path], ...item };
  return paths;
}

function operationOf(endpoint: Endpoint, names: readonly string[]): ZodOpenApiOperationObject {
  const header = headersOf(endpoint);
  return {
    operationId: names.join('.'),
    tags: [names[0] === 'internal' ? 'internal' : (names[0] ?? 'system')],
    summary: endpoint.summary,
    description: [endpoint.description, `Roles: ${endpoint.roles.join(', ')}.`].filter(Boolean).join('\n\n'),
    requestParams: {
      ...(endpoint.params ? { path: endpoint.params } : {}),
      ...(endpoint.query ? { query: endpoint.query } : {}),
      ...(header ? { header } : {}),
    },
    ...(endpoint.body
      ? {
          requestBody: {
            // No body is taken for one without fields.
            required: !endpoint.body.safeParse({}).success,
            content: { 'application/json': { schema: endpoint.body } },
          },
        }
      : {}),
    responses: responsesOf(endpoint),
  };
}

function headersOf(endpoint: Endpoint): z.ZodObject | undefined {
  const headers: Record<string, z.ZodType> = {};
  if (endpoint.ifMatch)
    headers['If-Match'] = z
      .string()
      .regex(/^(\*|"\d{1,15}")$/)
      .optional()
      .meta({
        description: 'The version as it was read; 412 if it is another by now. `*` is any version',
        examples: ['"3"'],
      });
  if (endpoint.idempotencyKey)
    headers['Idempotency-Key'] = z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/)
      .optional()
      .describe('The same key from the same caller gives the same resource');
  if (endpoint.roles.includes('controller'))
    headers['x-lcm-fence'] = z.string().regex(FENCE_TEXT).optional().describe('Who holds the partition');
  return Object.keys(headers).length > 0 ? z.object(headers) : undefined;
}

function responsesOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const responses: Record<string, object> = {};
  const etag = { ETag: { schema: { type: 'string' as const }, description: 'The version of the resource' } };
  responses[String(endpoint.status)] = endpoint.answer
    ? {
        description: 'Done',
        content: { 'application/json': { schema: endpoint.answer } },
        ...(endpoint.ifMatch ? { headers: etag } : {}),
      }
    : { description: 'Done' };
  const pathRefusals = endpoint.params ? [414] : [];
  const queryRefusals = endpoint.query ? [431] : [];
  const bodyRefusals = endpoint.body ? [413, 415] : [];
  const statuses = new Set([
    ...[...ALWAYS, ...endpoint.refusals].map((code) => STATUS_OF[code]),
    ...pathRefusals,
    ...queryRefusals,
    ...bodyRefusals,
  ]);
  for (const status of [...statuses].sort()) {
    responses[String(status)] = {
      description: DESCRIPTIONS[status] ?? 'Refused',
      content: { 'application/problem+json': { schema: problem } },
    };
  }
  return responses as ZodOpenApiResponsesObject;
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'Malformed: names each field that is wrong',
  401: 'Nobody is logged in',
  403: 'Not allowed',
  404: 'No such resource',
  409: 'The state does not allow it; names the state, or what is in the way',
  412: 'Somebody changed it meanwhile',
  413: 'The body is too large',
  414: 'An id is too long for any',
  415: 'The body is not JSON',
  431: 'Longer than any address with its headers may be',
  422: 'Well-formed, but breaks a rule across fields',
  503: 'Not available at the moment, try again',
};
