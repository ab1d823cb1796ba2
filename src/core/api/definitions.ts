import { z } from 'zod';
import {
  DEFINITION_STATUSES,
  definition,
  definitionSpec,
  finding,
  topologyFacts,
} from '../domain/definition-state.ts';
import { definitionId } from '../domain/ids.ts';
import { AUTHORS, endpoint, LARGE_BODY_BYTES, STAFF } from './endpoint.ts';
import { anyOf, pageOf, paging, versioned } from './list.ts';

export const definitionView = definition.extend(versioned);
export type DefinitionView = z.infer<typeof definitionView>;

/** A definition, with its topology as text or its whole content package (zip, base64). */
export const definitionRequest = definitionSpec.extend({
  topology: z.string().max(5_000_000).optional().describe('CML topology, YAML'),
  package: z
    .string()
    .max(8_000_000)
    .optional()
    .describe('Content package (legacy layout or PAv1), zip in base64'),
});
export type DefinitionRequest = z.input<typeof definitionRequest>;

const params = z.object({ id: definitionId });
const act = (path: string, summary: string) =>
  endpoint({
    method: 'POST',
    path: `/api/v1/definitions/:id/${path}`,
    summary,
    roles: AUTHORS,
    rule: 'role',
    params,
    body: z.strictObject({ reason: z.string().max(500).optional() }),
    answer: definitionView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'staleVersion'],
    ifMatch: true,
  });

/** Operations on definitions. */
export const definitions = {
  create: endpoint({
    method: 'POST',
    path: '/api/v1/definitions',
    summary: 'Publish a definition version',
    description:
      'Needs `topology` or `package`. The topology is checked (format, ids, links, ports, rubric sources) before anything is kept. Name and version together exist once and never change; it becomes ACTIVE when its content is synced.',
    roles: AUTHORS,
    rule: 'role',
    body: definitionRequest.strict(),
    bodyBytes: LARGE_BODY_BYTES,
    answer: definitionView,
    status: 201,
    refusals: ['conflict', 'rule'],
    idempotencyKey: true,
  }),
  validate: endpoint({
    method: 'POST',
    path: '/api/v1/definitions/validate',
    summary: 'Check a definition without publishing it',
    roles: AUTHORS,
    rule: 'role',
    body: definitionRequest.strict(),
    bodyBytes: LARGE_BODY_BYTES,
    answer: z.object({ valid: z.boolean(), findings: z.array(finding), facts: topologyFacts.optional() }),
    refusals: ['rule'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/definitions',
    summary: 'List definitions, newest first',
    roles: STAFF,
    rule: 'role',
    query: z.object({ ...paging, status: anyOf(DEFINITION_STATUSES), name: z.string().max(100).optional() }),
    answer: pageOf(definitionView),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/definitions/:id',
    summary: 'One definition version',
    roles: STAFF,
    rule: 'role',
    params,
    answer: definitionView,
    refusals: ['notFound'],
  }),
  topology: endpoint({
    method: 'GET',
    path: '/api/v1/definitions/:id/topology',
    summary: 'Its topology, as YAML text in JSON, configurations included',
    roles: ['admin', 'manager', 'lab-author'],
    rule: 'role',
    params,
    answer: z.object({ topology: z.string() }),
    refusals: ['notFound'],
  }),
  sync: act('sync', 'Fetch its content anew; it stays in use meanwhile'),
  deprecate: endpoint({
    method: 'POST',
    path: '/api/v1/definitions/:id/deprecate',
    summary: 'Keep it from being booked; booked sessions go on',
    roles: AUTHORS,
    rule: 'role',
    params,
    body: z.strictObject({
      replacement: z.string().max(200).optional(),
      reason: z.string().max(500).optional(),
    }),
    answer: definitionView,
    refusals: ['notFound', 'illegalTransition', 'staleVersion'],
    ifMatch: true,
  }),
  activate: act('activate', 'Let a deprecated definition be booked again'),
  archive: act('archive', 'Put a deprecated definition away for good'),
};
