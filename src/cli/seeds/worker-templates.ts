import type { workerTemplateSpec } from '@lcm/core/domain/worker-template.ts';
import type { z } from 'zod';

/** What both templates share. */
const COMMON = { region: 'us-east-1', amiNamePattern: 'cisco-cml2.9*', licenceType: 'ENTERPRISE' } as const;

/** The worker templates that come with LCM: one metal, one nested. Prices are on-demand, us-east-1. */
export const SEED_TEMPLATES: readonly z.input<typeof workerTemplateSpec>[] = [
  {
    ...COMMON,
    name: 'metal-48',
    description: 'Bare metal: room for many labs, or one of 300 nodes',
    instanceType: 'm5zn.metal',
    virtualization: 'metal',
    cpuCores: 48,
    cpuOvercommit: 8,
    memoryGb: 192,
    storageGb: 1_000,
    // As many as an Enterprise licence can be bought for: 20 and 300 on top.
    maxNodes: 320,
    costPerHourUsd: 3.9641,
  },
  {
    ...COMMON,
    name: 'nested-16',
    description: 'Nested virtualisation: a few small labs at a fifth of the price of metal',
    instanceType: 'm8i.4xlarge',
    virtualization: 'nested',
    cpuCores: 16,
    cpuOvercommit: 4,
    memoryGb: 64,
    storageGb: 300,
    maxNodes: 100,
    costPerHourUsd: 0.8467,
  },
];
