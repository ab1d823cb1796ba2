import type { BenchPlane } from './plane.ts';

const TOPOLOGY = `lab:
  title: Two routers
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "hostname R1", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
  - {id: n1, label: R2, node_definition: iosv, x: 100, y: 0, configuration: "hostname R2", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: R1-R2}
`;

/** A definition of two routers that can be booked; its id. */
export async function aDefinition({ admin, controller }: BenchPlane): Promise<string> {
  const { id } = await admin.definitions.create({
    body: { name: 'two-routers', version: '1.0.0', topology: TOPOLOGY, maxDurationMinutes: 240 },
  });
  await controller.internal.definitions.command({
    params: { id },
    body: { command: { type: 'recordSync', status: 'success' } },
  });
  return id;
}

/** A slot of an hour that begins in so many hours. */
export function slotIn(hours: number) {
  return { start: new Date(Date.now() + hours * 3_600_000).toISOString(), durationSeconds: 3_600 };
}

/** Bare-metal workers that run, each with room for many small labs. */
export async function runningWorkers({ admin, controller }: BenchPlane, count: number): Promise<void> {
  await admin.settings.change({ body: { maxWorkersPerRegion: count } });
  const template = await admin.workerTemplates.create({ body: METAL });
  for (let number = 0; number < count; number++) {
    const { id } = await admin.workers.create({ body: { templateId: template.id } });
    for (const command of becomingReady(`i-${number}`))
      await controller.internal.workers.command({ params: { id }, body: { command } });
  }
}

const METAL = {
  name: 'metal',
  region: 'us-east-1',
  instanceType: 'm5zn.metal',
  virtualization: 'metal' as const,
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 48,
  cpuOvercommit: 8,
  memoryGb: 192,
  storageGb: 1_000,
  licenceType: 'ENTERPRISE' as const,
  maxNodes: 500,
  costPerHourUsd: 4,
};

type WorkerCommand = Parameters<
  BenchPlane['controller']['internal']['workers']['command']
>[0]['body']['command'];

function becomingReady(instanceId: string): WorkerCommand[] {
  const condition = (type: 'CmlReady' | 'Licensed') => ({
    type: 'setCondition' as const,
    condition: { type, status: 'True' as const, reason: 'Bench', message: '' },
  });
  const attempt = {
    number: 1,
    clientToken: instanceId,
    imageId: 'ami-1',
    instanceType: METAL.instanceType,
    securityGroupIds: [],
    nestedVirtualization: false,
    requestedAt: new Date().toISOString(),
  };
  const cml = {
    url: `http://${instanceId}`,
    consoleHost: '127.9.9.9',
    version: '2.9.1',
    ready: true,
    nodeDefinitions: ['iosv'],
  };
  return [
    { type: 'requestInstance', attempt },
    { type: 'recordInstance', instanceId },
    { type: 'instanceRunning' },
    { type: 'observe', observation: { cml } },
    condition('CmlReady'),
    condition('Licensed'),
    { type: 'becomeReady' },
  ];
}
