import { z } from 'zod';

/** What a lab takes from a worker, in every dimension in which a worker can be full. */
export const need = z.object({
  cpuCores: z.number().min(0),
  memoryGb: z.number().min(0),
  storageGb: z.number().min(0),
  /** Nodes that the licence counts; external connectors and unmanaged switches do not. */
  nodes: z.number().int().min(0),
  ports: z.number().int().min(0),
});
export type Need = z.infer<typeof need>;

/** What a worker has to give. CML oversubscribes CPU: `cpuCores` is cores times the template's factor. */
export const capacity = z.object({
  cpuCores: z.number().min(0),
  memoryGb: z.number().min(0),
  storageGb: z.number().min(0),
  nodes: z.number().int().min(0),
  ports: z.number().int().min(0),
  /** How many sessions the licence allows at once. */
  sessions: z.number().int().min(0),
});
export type Capacity = z.infer<typeof capacity>;

/** The dimensions of capacity, in the order in which a shortfall is named. */
export const DIMENSIONS = ['cpuCores', 'memoryGb', 'storageGb', 'nodes', 'ports', 'sessions'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Amounts in every dimension of capacity. */
export type Amounts = Record<Dimension, number>;

export const NOTHING: Amounts = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0, sessions: 0 };

/** What one session takes: its need, and one seat of the licence's sessions. */
export function amountsOf(wanted: Need): Amounts {
  return {
    cpuCores: wanted.cpuCores,
    memoryGb: wanted.memoryGb,
    storageGb: wanted.storageGb,
    nodes: wanted.nodes,
    ports: wanted.ports,
    sessions: 1,
  };
}

/** Licence types as CML names its products, without the prefix. */
export const LICENCE_TYPES = ['PERSONAL', 'PERSONAL40', 'EDUCATION', 'ENTERPRISE', 'EVALUATION'] as const;
export const licenceType = z.enum(LICENCE_TYPES);
export type LicenceType = (typeof LICENCE_TYPES)[number];

/** What a licence allows: nodes before any added node count, and sessions at once (PRODUCT.md, Scheduling). */
export const LICENCE_LIMITS: Readonly<Record<LicenceType, { nodes: number; sessions: number }>> = {
  PERSONAL: { nodes: 20, sessions: 1 },
  PERSONAL40: { nodes: 40, sessions: 1 },
  EDUCATION: { nodes: 20, sessions: 1_000 },
  ENTERPRISE: { nodes: 20, sessions: 1_000 },
  EVALUATION: { nodes: 5, sessions: 1 },
};

/** Whether a worker with this licence may run a lab that asks for one of those; ENTERPRISE serves PERSONAL too. */
export function licenceServes(worker: LicenceType, wanted: readonly LicenceType[]): boolean {
  if (wanted.length === 0 || wanted.includes(worker)) return true;
  return worker === 'ENTERPRISE' && (wanted.includes('PERSONAL') || wanted.includes('PERSONAL40'));
}
