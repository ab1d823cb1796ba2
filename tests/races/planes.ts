import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { startTestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { DECISION, TEMPLATE, TOPOLOGY } from '@lcm/control-plane-api/scene.fixture.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { placementId, sessionId, type WorkerId, workerId } from '@lcm/core/domain/ids.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { onTestFinished } from 'vitest';

const SECRET = 'for this test only';
type Everything = Client<typeof contract>;

/** One replica of the control plane, over sockets. */
export interface Replica {
  url: string;
  admin: Everything;
  controller: Everything;
}

/** Replicas of the control plane over one store: they share no memory but the store's own. */
export async function startReplicas(store: StateStore, count: number) {
  const clock = new VirtualClock();
  const bus = new MemoryBus({ clock });
  const replicas: Replica[] = [];
  for (let number = 0; number < count; number++) {
    const authenticate = localCallers(SECRET);
    // Replicas that drew the same ids would take each other's wishes for their own.
    const parts = { random: seededRandom(number + 1) };
    const on = await startTestPlane({ clock, bus, seenStore: () => store, authenticate, parts });
    onTestFinished(on.stop);
    const baseUrl = await on.plane.app.listen({ host: '127.0.0.1', port: 0 });
    const client = (headers: Record<string, string>) =>
      createClient(contract, { baseUrl, fetch, headers: () => headers });
    const service = { authorization: `Bearer ${SECRET}`, 'x-lcm-service': 'controllers' };
    replicas.push({ url: baseUrl, admin: client({}), controller: client(service) });
  }
  const [first] = replicas;
  if (!first) throw new Error('there is no replica');
  return { ...first, clock, replicas, scene: sceneOf(first, clock) };
}

/** What races need to be there before they begin. */
function sceneOf({ admin, controller }: Replica, clock: VirtualClock) {
  const at = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString();
  return {
    at,
    definition: async (): Promise<{ id: string }> => {
      const body = { name: 'two-routers', version: '1.0.0', topology: TOPOLOGY };
      const { id } = await admin.definitions.create({ body });
      const command = { type: 'recordSync' as const, status: 'success' as const };
      return controller.internal.definitions.command({ params: { id }, body: { command } });
    },
    workers: async (count: number, more: object = {}): Promise<WorkerId[]> => {
      const body = { ...TEMPLATE, licenceType: 'ENTERPRISE' as const, maxNodes: 500, ...more };
      const { id: templateId } = await admin.workerTemplates.create({ body });
      const made = Array.from({ length: count }, () => admin.workers.create({ body: { templateId } }));
      return (await Promise.all(made)).map(({ id }) => workerId.parse(id));
    },
    /** Takes a worker that is asked for to RUNNING, as the worker controller does. */
    run: async (id: WorkerId): Promise<void> => {
      for (const command of becomingReady(at(0)))
        await controller.internal.workers.command({ params: { id }, body: { command } });
    },
    /** A session of an hour, that many hours from now. */
    book: async (inHours: number) => {
      const slot = { start: at(inHours), end: at(inHours + 1) };
      return admin.sessions.book({ body: { definition: { name: 'two-routers' }, ...slot } });
    },
  };
}

type WorkerCommand = Parameters<Everything['internal']['workers']['command']>[0]['body']['command'];

function becomingReady(requestedAt: string): WorkerCommand[] {
  const attempt = {
    number: 1,
    clientToken: 't',
    imageId: 'ami-1',
    instanceType: TEMPLATE.instanceType,
    securityGroupIds: [],
    nestedVirtualization: true,
    requestedAt,
  };
  const fine = { status: 'True' as const, reason: 'Test', message: '' };
  return [
    { type: 'requestInstance', attempt },
    { type: 'instanceRunning' },
    { type: 'setCondition', condition: { ...fine, type: 'CmlReady' } },
    { type: 'setCondition', condition: { ...fine, type: 'Licensed' } },
    { type: 'becomeReady' },
  ];
}

/** Asks for one placement, as a scheduler does, decided on that version of the session where one is given. */
export async function place(
  { controller }: Replica,
  session: string,
  worker: WorkerId,
  id: string,
  expectedVersion?: number,
) {
  const item = {
    expectedVersion,
    sessionId: sessionId.parse(session),
    placementId: placementId.parse(id),
    workerId: worker,
    decision: DECISION,
  };
  const { items } = await controller.internal.place({ body: { items: [item] } });
  return items[0];
}
