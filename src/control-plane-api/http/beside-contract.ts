import { cloudEvent } from '@lcm/core/api/cloud-events.ts';
import { ANYBODY } from '@lcm/core/api/endpoint.ts';
import { z } from 'zod';
import { IDENTITY_OPERATIONS } from '../auth/accounts/identity-operations.ts';
import type { Operation } from '../auth/authorize.ts';
import { LOGIN_OPERATIONS } from '../auth/login/login-operations.ts';
import { LIVE_KINDS } from '../live/event-names.ts';
import { EXPORT_AUDIT, exportQuery, FOLLOW_AUDIT, followQuery } from './audit-streams.ts';
import { type Beside, openToAll, problems } from './beside.ts';

/** Who may send CloudEvents. */
export const RECEIVE_EVENTS: Operation = {
  method: 'POST',
  path: '/api/events',
  summary: 'Take CloudEvents in',
  roles: ['event-source', 'admin'],
  rule: 'role',
};

/** Who may follow what happens, as far as they see it. */
export const FOLLOW_EVENTS: Operation = {
  method: 'GET',
  path: '/api/events/stream',
  summary: 'Follow what happens: the state as it is, then every change (server-sent events)',
  roles: ANYBODY,
  rule: 'seesSession',
};

/** What this server answers beside the contract: the login of browsers, events in and out, and what it says of itself. */
export const BESIDE_CONTRACT: readonly Beside[] = [
  ...LOGIN_OPERATIONS,
  ...IDENTITY_OPERATIONS,
  {
    ...RECEIVE_EVENTS,
    operation: {
      operationId: 'events.receive',
      tags: ['events'],
      summary: RECEIVE_EVENTS.summary,
      description:
        'Structured, several at once, or binary with `ce-` headers beside any body. Kept once per source and id; one that comes early is applied when its session is ready for it.',
      requestBody: {
        required: true,
        content: {
          'application/cloudevents+json': { schema: cloudEvent },
          'application/cloudevents-batch+json': { schema: z.array(cloudEvent).max(1_000) },
        },
      },
      responses: { 202: { description: 'Kept' }, ...problems(400, 401, 403, 413, 415, 429, 503) },
    },
  },
  {
    ...FOLLOW_EVENTS,
    operation: {
      operationId: 'events.stream',
      tags: ['events'],
      summary: FOLLOW_EVENTS.summary,
      requestParams: {
        query: z.object({
          kinds: z
            .string()
            .optional()
            .describe(`Some of ${LIVE_KINDS.join(', ')}, joined by commas`),
          sessionIds: z.string().optional().describe('Joined by commas'),
          workerIds: z.string().optional().describe('Joined by commas'),
          lastEventId: z.string().optional().describe('For clients that cannot send Last-Event-ID'),
        }),
        header: z.object({ 'Last-Event-ID': z.string().optional() }),
      },
      responses: {
        200: { description: 'Events until the client goes', content: { 'text/event-stream': {} } },
        ...problems(400, 401, 403, 429, 503),
      },
    },
  },
  {
    ...EXPORT_AUDIT,
    operation: {
      operationId: 'audit.export',
      tags: ['audit'],
      summary: EXPORT_AUDIT.summary,
      requestParams: { query: exportQuery },
      responses: {
        200: { description: 'All of them', content: { 'application/x-ndjson': {}, 'text/csv': {} } },
        ...problems(400, 401, 403, 429, 503),
      },
    },
  },
  {
    ...FOLLOW_AUDIT,
    operation: {
      operationId: 'audit.stream',
      tags: ['audit'],
      summary: FOLLOW_AUDIT.summary,
      requestParams: { query: followQuery, header: z.object({ 'Last-Event-ID': z.string().optional() }) },
      responses: {
        200: { description: 'Entries until the client goes', content: { 'text/event-stream': {} } },
        ...problems(400, 401, 403, 429, 503),
      },
    },
  },
  tells('/health', 'Whether the process answers', z.object({ status: z.string(), timestamp: z.string() })),
  tells('/ready', 'Whether it can do its work', z.object({ status: z.string() }), 503),
  tells(
    '/info',
    'What it is',
    z.object({
      name: z.string(),
      version: z.string(),
      uptimeSeconds: z.number().int(),
      runtime: z.string(),
    }),
  ),
  tells('/metrics', 'Measurements for Prometheus'),
  tells('/api/openapi.json', 'This document', z.looseObject({ openapi: z.string() })),
  tells(
    '/api/internal/openapi.json',
    'The document of what only the system itself may call',
    z.looseObject({ openapi: z.string() }),
  ),
];

function tells(path: string, summary: string, answer?: z.ZodType, ...refusals: number[]): Beside {
  const content = answer ? { 'application/json': { schema: answer } } : { 'text/plain': {} };
  const operation = {
    operationId: path.split(/\W/).filter(Boolean).join('.'),
    tags: ['service'],
    summary,
    responses: { 200: { description: summary, content }, ...problems(...refusals) },
  };
  return openToAll('GET', path, operation);
}
