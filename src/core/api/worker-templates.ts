import { z } from 'zod';
import { workerTemplateId } from '../domain/ids.ts';
import { workerTemplate, workerTemplateSpec } from '../domain/worker-template.ts';
import { endpoint, STAFF } from './endpoint.ts';
import { pageOf, paging, versioned } from './list.ts';

const workerTemplateView = workerTemplate.extend(versioned);

const params = z.object({ id: workerTemplateId });

/** Operations on worker templates. */
export const workerTemplates = {
  create: endpoint({
    method: 'POST',
    path: '/api/v1/worker-templates',
    summary: 'Make a worker template',
    roles: ['admin'],
    rule: 'actsOnFleet',
    body: workerTemplateSpec.strict(),
    answer: workerTemplateView,
    status: 201,
    refusals: ['conflict', 'rule'],
    idempotencyKey: true,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/worker-templates',
    summary: 'List worker templates by name',
    roles: STAFF,
    rule: 'seesFleet',
    query: z.object({ ...paging }),
    answer: pageOf(workerTemplateView),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/worker-templates/:id',
    summary: 'One worker template',
    roles: STAFF,
    rule: 'seesFleet',
    params,
    answer: workerTemplateView,
    refusals: ['notFound'],
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/v1/worker-templates/:id',
    summary: 'Change a worker template; workers there are keep what they were made from',
    roles: ['admin'],
    rule: 'actsOnFleet',
    params,
    body: workerTemplateSpec.strict(),
    answer: workerTemplateView,
    refusals: ['notFound', 'rule', 'staleVersion'],
    ifMatch: true,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/v1/worker-templates/:id',
    summary: 'Delete a worker template; workers there are keep running',
    roles: ['admin'],
    rule: 'actsOnFleet',
    params,
    refusals: ['notFound', 'staleVersion'],
    ifMatch: true,
  }),
};
