import { type WorkerTemplate, workerTemplate } from '../domain/worker-template.ts';
import { MORNING } from './candidate.fixture.ts';

/** A template for workers with 48 cores and an ENTERPRISE licence, unless said otherwise. */
export function aTemplate(name: string, more: Partial<WorkerTemplate> = {}): WorkerTemplate {
  const at = new Date(MORNING).toISOString();
  return workerTemplate.parse({
    id: name,
    name,
    region: 'us-east-1',
    instanceType: 'm5zn.metal',
    virtualization: 'metal',
    amiNamePattern: 'cisco-cml2.9-*',
    cpuCores: 48,
    memoryGb: 192,
    storageGb: 256,
    licenceType: 'ENTERPRISE',
    maxNodes: 200,
    costPerHourUsd: 3.96,
    deleted: false,
    createdAt: at,
    updatedAt: at,
    ...more,
  });
}
