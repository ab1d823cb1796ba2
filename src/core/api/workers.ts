import { z } from 'zod';
import { workerId, workerTemplateId } from '../domain/ids.ts';
import { instant } from '../domain/time.ts';
import { workerLedger } from '../domain/worker-ledger.ts';
import { WORKER_STATUSES, worker } from '../domain/worker-state.ts';
import { endpoint, OPERATORS, STAFF } from './endpoint.ts';
import { anyOf, pageOf, paging, versioned } from './list.ts';

/** A worker as people see it: with what is promised on it, and what it has cost so far. */
export const workerView = worker.extend({
  ...versioned,
  costUsd: z.number(),
  sessions: z.number().int(),
  admission: z.enum(['open', 'draining', 'closed']).optional(),
  /** Share of its capacity that is promised now, per dimension, 0 to 1. */
  occupancy: z.object({
    cpuCores: z.number(),
    memoryGb: z.number(),
    storageGb: z.number(),
    nodes: z.number(),
    ports: z.number(),
    sessions: z.number(),
  }),
});
export type WorkerView = z.infer<typeof workerView>;

/** One measurement of a worker. */
export const workerMetrics = z.object({
  at: instant,
  cpuPercent: z.number().optional(),
  memoryPercent: z.number().optional(),
  diskPercent: z.number().optional(),
  networkInBytes: z.number().optional(),
  networkOutBytes: z.number().optional(),
  runningNodes: z.number().int().optional(),
});
export type WorkerMetrics = z.infer<typeof workerMetrics>;

const params = z.object({ id: workerId });
const act = (path: string, summary: string, description?: string) =>
  endpoint({
    method: 'POST',
    path: `/api/v1/workers/:id/${path}`,
    summary,
    ...(description ? { description } : {}),
    roles: OPERATORS,
    rule: 'actsOnFleet',
    params,
    body: z.strictObject({
      reason: z.string().max(500).optional(),
      force: z
        .boolean()
        .default(false)
        .describe('Admins only, with a reason: even though sessions are on it'),
    }),
    answer: workerView,
    refusals: ['notFound', 'conflict', 'illegalTransition', 'staleVersion'],
    ifMatch: true,
  });

/** Operations on workers. */
export const workers = {
  create: endpoint({
    method: 'POST',
    path: '/api/v1/workers',
    summary: 'Ask for a worker',
    roles: OPERATORS,
    rule: 'actsOnFleet',
    body: z.strictObject({
      templateId: workerTemplateId,
      name: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/)
        .optional(),
      provisionAt: instant.optional(),
    }),
    answer: workerView,
    status: 201,
    refusals: ['notFound', 'conflict', 'quota'],
    idempotencyKey: true,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/workers',
    summary: 'List workers, newest first',
    roles: STAFF,
    rule: 'seesFleet',
    query: z.object({ ...paging, status: anyOf(WORKER_STATUSES), region: z.string().max(50).optional() }),
    answer: pageOf(workerView),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/workers/:id',
    summary: 'One worker',
    roles: STAFF,
    rule: 'seesFleet',
    params,
    answer: workerView,
    refusals: ['notFound'],
  }),
  ledger: endpoint({
    method: 'GET',
    path: '/api/v1/workers/:id/ledger',
    summary: 'What is promised on it: reservations over time, and its ports',
    roles: STAFF,
    rule: 'seesFleet',
    params,
    answer: workerLedger,
    refusals: ['notFound'],
  }),
  metrics: endpoint({
    method: 'GET',
    path: '/api/v1/workers/:id/metrics',
    summary: 'Its latest measurements, oldest first',
    roles: STAFF,
    rule: 'seesFleet',
    params,
    query: z.object({ limit: z.coerce.number().int().min(1).max(5_000).default(500) }),
    answer: z.object({ items: z.array(workerMetrics) }),
    refusals: ['notFound'],
  }),
  drain: act('drain', 'Take no new sessions; those it has go on'),
  undrain: act('undrain', 'Take sessions again'),
  stop: act(
    'stop',
    'Stop the instance and keep its disks',
    'Refused with 409, naming them, while sessions are promised on it, unless forced.',
  ),
  start: act('start', 'Start a stopped worker; it is left alone by idle detection for a while'),
  terminate: act(
    'terminate',
    'Give the worker back for good',
    'Its licence seat is given back first. Refused with 409, naming them, while sessions are promised on it, unless forced.',
  ),
  retry: act('retry', 'Try a failed worker again'),
};
