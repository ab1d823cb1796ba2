import { z } from 'zod';
import type { Decider } from './decider.ts';
import { workerTemplateId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { type Capacity, LICENCE_LIMITS, licenceType } from './resources.ts';
import { sameJson } from './same-json.ts';
import { instant, iso } from './time.ts';

/** What an operator says about a kind of worker. */
export const workerTemplateSpec = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'lower-case letters, digits and dashes, 50 at most'),
  description: z.string().max(500).default(''),
  region: z.string().min(1).max(50),
  instanceType: z.string().min(1).max(50),
  /** Bare metal, or an instance type on which EC2 offers nested virtualisation (C8i, M8i, R8i). */
  virtualization: z.enum(['metal', 'nested']),
  /** Glob over AMI names; the newest match by creation date is taken. */
  amiNamePattern: z.string().min(1).max(200),
  subnetId: z.string().max(100).optional(),
  securityGroupIds: z.array(z.string().max(100)).max(10).default([]),
  cpuCores: z.number().int().min(1).max(1024),
  /** CML oversubscribes CPU: how many lab cores one real core carries. */
  cpuOvercommit: z.number().min(1).max(16).default(1),
  memoryGb: z.number().int().min(1).max(24_576),
  storageGb: z.number().int().min(1).max(65_536),
  licenceType,
  /** Nodes that the licence allows on it; what the licence type allows where absent. */
  maxNodes: z.number().int().min(1).max(10_000).optional(),
  /** Give the seat back when the worker stops, or keep it counted (PRODUCT.md, Worker). */
  licenceOnStop: z.enum(['release', 'keep']).default('release'),
  costPerHourUsd: z.number().min(0).max(1_000),
  portRange: z
    .object({ first: z.number().int().min(1024).max(65_535), last: z.number().int().min(1024).max(65_535) })
    .default({ first: 2000, last: 7999 }),
  /** CML version of its AMI, as far as it is known before one has booted. */
  cmlVersion: z.string().max(50).optional(),
  /** Node definitions that its AMI has; any where absent. */
  nodeDefinitions: z.array(z.string().max(100)).max(500).optional(),
  /** Words by which parts of the fleet are told apart, e.g. who may see them (setting `visibility`). */
  tags: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/))
    .max(20)
    .optional(),
  enabled: z.boolean().default(true),
});
export type WorkerTemplateSpec = z.infer<typeof workerTemplateSpec>;

/** How to make a worker. Its name is its identity and never changes. */
export const workerTemplate = workerTemplateSpec.extend({
  id: workerTemplateId,
  deleted: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type WorkerTemplate = z.infer<typeof workerTemplate>;

export type WorkerTemplateCommand = { by: string; reason?: string | undefined } & (
  | { type: 'create'; id: WorkerTemplate['id']; spec: WorkerTemplateSpec }
  | { type: 'update'; spec: WorkerTemplateSpec }
  | { type: 'delete' }
);

export type WorkerTemplateEvent = { at: string; by: string } & (
  | { type: 'worker-template.created'; id: WorkerTemplate['id']; spec: WorkerTemplateSpec }
  | { type: 'worker-template.updated'; spec: WorkerTemplateSpec }
  | { type: 'worker-template.deleted' }
);

/** What a worker of this template has to give. */
export function capacityOf(template: WorkerTemplateSpec): Capacity {
  const limits = LICENCE_LIMITS[template.licenceType];
  return {
    cpuCores: template.cpuCores * template.cpuOvercommit,
    memoryGb: template.memoryGb,
    storageGb: template.storageGb,
    nodes: template.maxNodes ?? limits.nodes,
    ports: template.portRange.last - template.portRange.first + 1,
    sessions: limits.sessions,
  };
}

export const workerTemplateDecider: Decider<WorkerTemplate, WorkerTemplateCommand, WorkerTemplateEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'create') {
      if (state && !state.deleted)
        throw new Refusal('conflict', `worker template ${state.name} exists already`);
      checkRange(command.spec);
      return [{ type: 'worker-template.created', id: command.id, spec: command.spec, ...happened }];
    }
    if (!state || state.deleted) throw new Refusal('notFound', 'there is no such worker template');
    if (command.type === 'delete') return [{ type: 'worker-template.deleted', ...happened }];
    checkRange(command.spec);
    const { id: _, deleted: __, createdAt: ___, updatedAt: ____, ...spec } = state;
    if (sameJson(command.spec, spec)) return [];
    if (command.spec.name !== state.name) {
      throw new Refusal('rule', `the name of worker template ${state.name} cannot change`, {
        fields: [{ pointer: '/name', message: `must stay ${state.name}` }],
      });
    }
    return [{ type: 'worker-template.updated', spec: command.spec, ...happened }];
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'worker-template.created':
        return { ...event.spec, id: event.id, deleted: false, createdAt: event.at, updatedAt: event.at };
      case 'worker-template.updated':
        return { ...identity(known(state)), ...event.spec, updatedAt: event.at };
      case 'worker-template.deleted':
        return { ...known(state), deleted: true, enabled: false, updatedAt: event.at };
    }
  },
};

/** What an update leaves: all else is what the new spec says, absent where it says nothing. */
function identity({
  id,
  deleted,
  createdAt,
}: WorkerTemplate): Pick<WorkerTemplate, 'id' | 'deleted' | 'createdAt'> {
  return { id, deleted, createdAt };
}

function checkRange(spec: WorkerTemplateSpec): void {
  if (spec.portRange.first <= spec.portRange.last) return;
  throw new Refusal('rule', 'the port range ends before it starts', {
    fields: [{ pointer: '/portRange/last', message: 'must not be below first' }],
  });
}

function known(state: WorkerTemplate | undefined): WorkerTemplate {
  if (!state) throw new Error('something happened to a worker template that was never created');
  return state;
}
