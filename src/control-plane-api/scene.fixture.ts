import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { BookingRequest, SessionView } from '@lcm/core/api/sessions.ts';
import type { WorkerView } from '@lcm/core/api/workers.ts';
import { placementId, type WorkerId, workerTemplateId } from '@lcm/core/domain/ids.ts';
import type { CommandOf } from '@lcm/core/domain/kinds.ts';
import type { SchedulingDecision } from '@lcm/core/domain/scheduling-reason.ts';
import { Commands } from './commands/execute.ts';
import type { TestPlane } from './control-plane.fixture.ts';

export const TOPOLOGY = `lab:
  title: Two routers
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "hostname R1", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
  - {id: n1, label: R2, node_definition: iosv, x: 100, y: 0, configuration: "hostname R2", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: R1-R2}
`;

/** PERSONAL: one session at a time, so that any other is in the way. */
export const TEMPLATE = {
  name: 'small',
  region: 'us-east-1',
  instanceType: 'm8i.4xlarge',
  virtualization: 'nested' as const,
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 16,
  memoryGb: 64,
  storageGb: 200,
  licenceType: 'PERSONAL' as const,
  costPerHourUsd: 0.9,
};

export const DECISION: SchedulingDecision = {
  decidedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'placed',
  best: [],
  counts: {},
  evaluated: 1,
};

type SessionStep = Parameters<
  TestPlane['controller']['internal']['sessions']['command']
>[0]['body']['command'];

type WorkerStep = Parameters<TestPlane['controller']['internal']['workers']['command']>[0]['body']['command'];

/** The things that most tests need, made through the API. */
export function sceneOn(on: TestPlane) {
  const { admin, controller } = on;
  const at = (hours: number) => new Date(on.clock.now() + hours * 3_600_000).toISOString();
  const commands = new Commands(on.store, on.clock);

  async function definition(version = '1.0.0', more: object = {}): Promise<DefinitionView> {
    const made = await admin.definitions.create({
      body: { name: 'two-routers', version, topology: TOPOLOGY, ...more },
    });
    const command = { type: 'recordSync' as const, status: 'success' as const };
    await controller.internal.definitions.command({ params: { id: made.id }, body: { command } });
    return made;
  }

  async function worker(): Promise<WorkerView> {
    const known = await admin.workerTemplates.list({});
    if (known.items.length === 0) await admin.workerTemplates.create({ body: TEMPLATE });
    return admin.workers.create({ body: { templateId: workerTemplateId.parse('small') } });
  }

  /** A session of an hour, that many hours from now. */
  async function book(inHours: number, more: Partial<BookingRequest> = {}): Promise<SessionView> {
    const slot = { start: at(inHours), end: at(inHours + 1) };
    return admin.sessions.book({ body: { definition: { name: 'two-routers' }, ...slot, ...more } });
  }

  async function place(
    session: SessionView,
    worker: WorkerId,
    id = `p-${session.id}`,
    decision: SchedulingDecision = DECISION,
  ) {
    const item = {
      sessionId: session.id,
      placementId: placementId.parse(id),
      workerId: worker,
      decision,
    };
    const { items } = await controller.internal.place({ body: { items: [item] } });
    return items[0];
  }

  async function step(session: { id: string }, ...steps: SessionStep[]): Promise<void> {
    for (const command of steps)
      await controller.internal.sessions.command({ params: { id: session.id }, body: { command } });
  }

  /** Takes a placed session to READY, as the lablet controller would. */
  async function makeReady(session: SessionView, workerId: WorkerId): Promise<void> {
    const lab = { labRecordId: `lr-${session.id}`, workerId, cmlLabId: 'c1', title: 'lab', ports: {} };
    const bound = { type: 'bindLab', lab } as unknown as CommandOf<'session'> & { type: 'bindLab' };
    await step(session, { type: 'startInstantiating' }, bound, { type: 'markReady' });
  }

  /** Takes a worker that is asked for to RUNNING, as the worker controller would. */
  async function makeRun(workerId: WorkerId): Promise<void> {
    const attempt = {
      number: 1,
      clientToken: 't',
      imageId: 'ami-1',
      instanceType: 'm8i.4xlarge',
      securityGroupIds: [],
      nestedVirtualization: true,
      requestedAt: at(0),
    };
    const fine = { status: 'True' as const, reason: 'Test', message: '' };
    const steps: WorkerStep[] = [
      { type: 'requestInstance', attempt },
      { type: 'instanceRunning' },
      { type: 'setCondition', condition: { ...fine, type: 'CmlReady' } },
      { type: 'setCondition', condition: { ...fine, type: 'Licensed' } },
      { type: 'becomeReady' },
    ];
    for (const command of steps)
      await controller.internal.workers.command({ params: { id: workerId }, body: { command } });
  }

  return {
    at,
    commands,
    makeRun,
    definition,
    worker,
    book,
    place,
    step,
    makeReady,
    session: (id: string) => admin.sessions.get({ params: { id: id as SessionView['id'] } }),
    reservations: async (id: WorkerId) =>
      Object.values((await admin.workers.ledger({ params: { id } })).reservations).map((one) => ({
        placementId: one.placementId,
        sessionId: one.sessionId,
        from: one.from,
        to: one.to,
      })),
  };
}
