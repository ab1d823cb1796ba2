import { ACCESS_RULES } from '@lcm/core/api/access-rule.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { type Problem, problem, problemType, STATUS_OF } from '@lcm/core/api/problem.ts';
import { FENCE_TEXT } from '@lcm/core/domain/fence.ts';
import type { RefusalCode } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { IF_MATCH } from './answer.ts';
import { exampleOf } from './example-of.ts';
import { BODIES, IDS } from './example-words.ts';
import { queryOf } from './routes.ts';
import { fieldsParameter, takesFields } from './sparse-fields.ts';

/** Refusals that every operation may answer with. */
const ALWAYS: readonly RefusalCode[] = ['invalid', 'tooManyRequests', 'unavailable'];
/** And those that need to know who asks. */
const KNOWING: readonly RefusalCode[] = ['unauthenticated', 'forbidden'];

/** An operation of the contract as OpenAPI tells it, with examples. @param names where it stands in the contract */
export function operationOf(endpoint: Endpoint, names: readonly string[]): ZodOpenApiOperationObject {
  const operationId = names.join('.');
  const query = describedQuery(endpoint);
  const header = headersOf(endpoint);
  return {
    operationId,
    tags: [names[0] ?? 'system'],
    summary: endpoint.summary,
    description: descriptionOf(endpoint),
    ...(endpoint.rule === 'public' ? { security: [] } : {}),
    ...(endpoint.deprecated ? { deprecated: true } : {}),
    requestParams: {
      ...(endpoint.params ? { path: withIds(endpoint.params, endpoint.path) } : {}),
      ...(query ? { query } : {}),
      ...(header ? { header } : {}),
    },
    ...(endpoint.body
      ? {
          requestBody: {
            // No body is taken for one without fields.
            required: !endpoint.body.safeParse({}).success,
            content: {
              'application/json': { schema: endpoint.body, example: bodyExample(operationId, endpoint.body) },
            },
          },
        }
      : {}),
    responses: responsesOf(endpoint),
  };
}

/** The body that stands as its example. */
export const bodyExample = (operationId: string, body: z.ZodType): unknown =>
  BODIES[operationId] ?? exampleOf(body, 'input');

function descriptionOf({ description, roles, rule, deprecated }: Endpoint): string {
  const gone = deprecated && `Deprecated since ${deprecated.since}; may be gone from ${deprecated.until}.`;
  const instead = deprecated?.instead && `Call ${deprecated.instead} instead.`;
  const who = roles.length > 0 ? `Roles: ${roles.join(', ')}.` : undefined;
  const access = [who, ACCESS_RULES[rule]].filter(Boolean).join(' ');
  return [[gone, instead].filter(Boolean).join(' '), description, access].filter(Boolean).join('\n\n');
}

function withIds(params: z.ZodObject, path: string): z.ZodObject {
  const resource = /\/([^/]+)\/:id/.exec(path)?.[1] ?? '';
  const members = Object.entries(params.shape).map(([name, schema]): [string, z.core.$ZodType] => {
    if (!(schema instanceof z.ZodType)) return [name, schema];
    const known = name === 'id' && schema.safeParse(IDS[resource]).success ? IDS[resource] : undefined;
    return [name, schema.meta({ examples: [known ?? exampleOf(schema, 'input', name)] })];
  });
  return z.object(Object.fromEntries(members));
}

function describedQuery(endpoint: Endpoint): z.ZodObject | undefined {
  const query = queryOf(endpoint);
  if (!query || !endpoint.answer || !takesFields(endpoint)) return query;
  const shown = exampleOf(endpoint.answer, 'output') as { items?: unknown[] };
  const fields = Object.keys(shown.items?.[0] ?? shown)
    .slice(0, 2)
    .join(',');
  return query.extend({ fields: fieldsParameter.meta({ examples: [fields] }) });
}

function headersOf(endpoint: Endpoint): z.ZodObject | undefined {
  const headers: Record<string, z.ZodType> = {};
  if (endpoint.ifMatch)
    headers['If-Match'] = z
      .string()
      .regex(IF_MATCH)
      .optional()
      .meta({
        description: 'The version as it was read; 412 if it is another by now. `*` is any version',
        examples: ['"3"'],
      });
  if (endpoint.method === 'GET' && endpoint.answer)
    headers['If-None-Match'] = z
      .string()
      .optional()
      .meta({
        description: 'The ETag of what one has already; 304 where that is what there is',
        examples: ['"3-9zQ0mXbW1sT4uVaY"'],
      });
  if (endpoint.idempotencyKey)
    headers['Idempotency-Key'] = z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/)
      .optional()
      .meta({
        description:
          'The same key from the same caller gives the same resource; with another body it is refused (docs/api.md)',
        examples: ['booking-2027-0042'],
      });
  if (endpoint.roles.includes('controller'))
    headers['x-lcm-fence'] = z
      .string()
      .regex(FENCE_TEXT)
      .optional()
      .meta({
        description: 'Who holds the partition',
        examples: ['resource-scheduler/0/7'],
      });
  return Object.keys(headers).length > 0 ? z.object(headers) : undefined;
}

const text = { schema: { type: 'string' as const } };
const ETAG = {
  ETag: { ...text, description: 'The version of the resource, or a digest of what was answered' },
};
const BUDGET = {
  RateLimit: { ...text, description: 'Requests left, and seconds until all are there again' },
  'RateLimit-Policy': { ...text, description: 'Requests, and the window in seconds' },
};
const WAIT = { 'Retry-After': { ...text, description: 'Seconds to wait' } };
const GOING = {
  Deprecation: { ...text, description: 'Since when (RFC 9745)' },
  Sunset: { ...text, description: 'Until when (RFC 8594)' },
};

function responsesOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const { answer, method, status, deprecated, params, body, refusals, rule } = endpoint;
  const headers = {
    ...(answer && (method === 'GET' || endpoint.ifMatch) ? ETAG : {}),
    ...BUDGET,
    ...(deprecated ? GOING : {}),
  };
  const content = answer && { 'application/json': { schema: answer, example: exampleOf(answer, 'output') } };
  const responses: Record<string, object> = {
    [String(status)]: { description: 'Done', ...(content ? { content } : {}), headers },
  };
  if (method === 'GET' && answer)
    responses['304'] = { description: 'What If-None-Match names is what there is', headers: ETAG };
  const known: readonly RefusalCode[] = rule === 'public' ? [] : KNOWING;
  const keyed: readonly RefusalCode[] = endpoint.idempotencyKey ? ['conflict'] : [];
  const codes = [...ALWAYS, ...known, ...keyed, ...refusals];
  const statuses = new Set([
    ...codes.map((code) => STATUS_OF[code]),
    ...(params ? [414] : []),
    ...(queryOf(endpoint) ? [431] : []),
    ...(body ? [413, 415] : []),
  ]);
  for (const refused of [...statuses].sort()) {
    responses[String(refused)] = {
      description: DESCRIPTIONS[refused] ?? 'Refused',
      content: { 'application/problem+json': { schema: problem, example: problemExample(refused, codes) } },
      ...(refused === 429 || refused === 503 ? { headers: WAIT } : {}),
    };
  }
  return responses as ZodOpenApiResponsesObject;
}

function problemExample(status: number, codes: readonly RefusalCode[]): Problem {
  const code = codes.find((one) => STATUS_OF[one] === status);
  return {
    type: code ? problemType(code) : `urn:lcm:problem:http-${status}`,
    title: DESCRIPTIONS[status] ?? 'Refused',
    status,
  };
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
  429: 'Too many requests; says when to come again',
  422: 'Well-formed, but breaks a rule across fields',
  503: 'Not available at the moment, try again',
};
