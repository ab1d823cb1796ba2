import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { jqEvaluator } from '@lcm/adapters/expressions/jq-evaluator.ts';
import { builtinEngine } from '@lcm/adapters/grading/builtin-engine.ts';
import { externalEngine } from '@lcm/adapters/grading/external-engine.ts';
import { labDeliverySystem } from '@lcm/adapters/lds/lab-delivery-system.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { startControlPlane } from '@lcm/control-plane-api/service.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Consoles } from '@lcm/core/spi/console.ts';
import type { ExpressionEvaluator } from '@lcm/core/spi/expressions.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { LabletDependencies } from '@lcm/lablet-controller/dependencies.ts';
import { startLabletController } from '@lcm/lablet-controller/service.ts';
import { findDevice } from '@lcm/simulator/cml/device-access.ts';
import { buildCmlServer } from '@lcm/simulator/cml/server.ts';
import { buildGradingEngine } from '@lcm/simulator/grading/engine.ts';
import { buildLds } from '@lcm/simulator/lds/lds.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import type { FastifyInstance } from 'fastify';

const SECRET = 'a secret for this test only';
const CONSOLE_HOST = '127.9.9.9';

/** A control plane, one worker with a simulated CML server, LDS, grading, and lablet controllers on virtual time. */
export async function startLablets() {
  const world = virtualWorld();
  const { clock } = world;
  const random = seededRandom(3);
  const store = new MemoryStore();
  const bus = new MemoryBus({ clock });
  const content = new MemoryContentStore();
  const problems: string[] = [];
  const log = logInto(problems);
  let inFlight = 0;
  const counted = (ask: Fetch): Fetch => {
    return async (url, init) => {
      inFlight++;
      try {
        return await ask(url, init);
      } finally {
        inFlight--;
      }
    };
  };

  const plane = await startControlPlane({
    store,
    bus,
    content,
    expiring: new MemoryExpiringStore(clock),
    clock,
    random,
    log,
    authenticate: localCallers(SECRET),
    version: 'test',
    settingDefaults: { workerLeadSeconds: 0, labLeadSeconds: 60, teardownSeconds: 600 },
  });
  const planeFetch = counted(plane.fetch);
  const client = (headers: Record<string, string>) =>
    createClient(contract, { baseUrl: '', fetch: planeFetch, headers: () => headers });
  const admin = client({});
  const asController = (name: string) => client({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': name });
  const scheduler = asController('resource-scheduler');
  const labletController = asController('lablet-controller');

  const cmlServer = buildCmlServer(world, {
    serverId: 'i-1',
    hostname: 'cml-1',
    consoleHost: CONSOLE_HOST,
    username: 'admin',
    password: 'admin',
  });
  let losesEvents = false;
  const eventFetch: typeof globalThis.fetch = async (url, init) =>
    losesEvents ? new Response(null, { status: 202 }) : planeFetch(String(url), init ?? {});
  const eventSinks = ['http://plane/api/events'];
  const ldsApp = buildLds(world, {
    username: 'lcm',
    password: 'lcm',
    publicUrl: 'https://labs.test',
    eventSinks,
    fetch: eventFetch,
    devices: { find: (host, port) => findDevice(world, host, port) },
  });
  const gradingApp = buildGradingEngine(world, { apiKey: 'key', eventSinks, fetch: eventFetch });

  const consoles: Consoles = {
    run: async (host, port, commands) => {
      const device = findDevice(world, host, port);
      if (!device) throw new Refusal('unavailable', `nothing answers at ${host}:${port}`);
      return Object.fromEntries(
        commands.map((command) => [command, `${command}\n${device.runningConfig()}`]),
      );
    },
  };
  const builtin = builtinEngine();
  const jq = jqEvaluator({ deadlineMs: 10_000 });
  /** No time passes while one is evaluated. */
  const expressions: ExpressionEvaluator = {
    evaluate: async (expression, scope, signal) => {
      inFlight++;
      try {
        return await jq.evaluate(expression, scope, signal);
      } finally {
        inFlight--;
      }
    },
  };
  /** What a controller is made of; all that it says to others goes through `wrap`. */
  const dependenciesOn = (wrap: (ask: Fetch) => Fetch, stateBus: StateBus): LabletDependencies => {
    const through = (ask: Fetch) => counted(wrap(ask));
    return {
      client: createClient(contract, {
        baseUrl: '',
        fetch: through(plane.fetch),
        headers: () => ({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': 'lablet-controller' }),
      }),
      bus: stateBus,
      cml: cmlServers({
        clock,
        clientId: 'lablet-controller',
        credentials: async () => ({ username: 'admin', password: 'admin' }),
        fetch: through(fetchOf(cmlServer.app)),
      }),
      consoles,
      lds: labDeliverySystem({
        baseUrl: 'http://lds/lds',
        username: 'lcm',
        password: 'lcm',
        clock,
        fetch: through(fetchOf(ldsApp)),
      }),
      engines: {
        builtin,
        external: externalEngine({
          baseUrl: 'http://grading/grading',
          apiKey: 'key',
          clock,
          fetch: through(fetchOf(gradingApp)),
        }),
      },
      content,
      expressions,
      clock,
      random,
      log,
      installation: 'test',
    };
  };
  const dependencies = dependenciesOn((ask) => ask, bus);
  const { cml } = dependencies;
  await cml('http://cml').system.register('ENTERPRISE', 'good-token', 300);
  await clock.advance(10_000);

  /** Lets everything that can happen now happen; time passes only when no call is under way. */
  const quiesce = async () => {
    for (let calm = 0; calm < 6; calm = inFlight === 0 ? calm + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      await quiesce();
      await clock.advance(Math.min(250, left));
    }
    await quiesce();
  };
  const standing = async () => {
    const { items } = await admin.sessions.list({ query: {} });
    return JSON.stringify(
      items.map(({ id, ending, history, timeslot }) => ({ id, ending, timeslot, history })),
    );
  };
  const until = async (what: string, done: () => boolean | Promise<boolean>, limitMs = 600_000) => {
    const end = clock.now() + limitMs;
    while (!(await done())) {
      if (clock.now() > end)
        throw new Error(`${what} did not come; ${problems.slice(-5).join(' | ')} ${await standing()}`);
      await pass(250);
    }
  };

  const running = new Set<ReturnType<typeof startLabletController>>();
  const startController = (changes: Partial<LabletDependencies> = {}) => {
    const controller = startLabletController({ ...dependencies, ...changes });
    running.add(controller);
    return controller;
  };
  const stopController = async (controller: ReturnType<typeof startLabletController>) => {
    running.delete(controller);
    let stopped = false;
    const stopping = controller.stop(1_000).then(() => {
      stopped = true;
    });
    while (!stopped) await pass(250);
    await stopping;
  };

  const session = async (id: string): Promise<Session> =>
    (await scheduler.internal.sessions.get({ params: { id } })).state;

  const findLdsSessions = async (sessionId: string) =>
    (await dependencies.lds?.findByReference(sessionId)) ?? [];

  return {
    /** No event of LDS or the grading engine arrives from now on. */
    loseEvents: () => {
      losesEvents = true;
    },
    world,
    store,
    bus,
    dependenciesOn,
    clock,
    admin,
    scheduler,
    labletController,
    content,
    problems,
    dependencies,
    labs: cml('http://cml').labs,
    ldsApp,
    gradingApp,
    session,
    startController,
    stopAll: async () => {
      for (const controller of [...running]) await stopController(controller);
    },
    pass,
    until,
    untilStatus: (id: string, status: Session['status'], limitMs?: number) =>
      until(`${status} of ${id}`, async () => (await session(id)).status === status, limitMs),
    /** The candidate's own calls to LDS. */
    sim: async (sessionId: string, action: string, method: 'POST' | 'PUT' = 'POST', payload?: object) => {
      const found = (await findLdsSessions(sessionId)).find(({ state }) => state !== 'ARCHIVED');
      const url = `/lds/sim/sessions/${found?.id}/${action}`;
      const answer = await ldsApp.inject({ method, url, ...(payload ? { payload } : {}) });
      if (answer.statusCode >= 400) throw new Error(answer.body);
      return answer.json();
    },
    ldsSessions: findLdsSessions,
    publish: async (request: DefinitionRequest) => {
      const definition = await admin.definitions.create({ body: request });
      await until('the sync', async () => {
        const { status } = await admin.definitions.get({ params: { id: definition.id } });
        return status === 'ACTIVE';
      });
      return definition;
    },
    upWorker: (changes: object = {}) => upWorker(admin, scheduler, changes),
    /** What the scheduler does for a booking. */
    place: async (sessionId: string, workerId: string, placementId = `p-${sessionId}`) => {
      const decision = {
        decidedAt: new Date(clock.now()).toISOString(),
        outcome: 'placed' as const,
        best: [],
        counts: {},
        evaluated: 1,
      };
      const item = { sessionId, placementId, workerId, decision };
      const { items } = await scheduler.internal.place({ body: { items: [item] } });
      if (items[0]?.status !== 'done') throw new Error(`not placed: ${items[0]?.message}`);
    },
    release: async (sessionId: string) => {
      const { releases } = await session(sessionId);
      const items = releases.map(({ placementId, workerId }) => ({ sessionId, placementId, workerId }));
      await scheduler.internal.releasePlacements({ body: { items } });
    },
    stop: async () => {
      for (const controller of [...running]) await stopController(controller);
      await plane.stop();
      await bus.close();
      await builtin.close();
      await jq.close();
      await ldsApp.close();
      await gradingApp.close();
      await cmlServer.close();
    },
  };
}

export type Lablets = Awaited<ReturnType<typeof startLablets>>;

const TEMPLATE = {
  name: 'metal',
  region: 'us-east-1',
  instanceType: 'm5zn.metal',
  virtualization: 'metal' as const,
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 48,
  memoryGb: 192,
  storageGb: 500,
  licenceType: 'ENTERPRISE' as const,
  maxNodes: 100,
  costPerHourUsd: 4,
};

type AnyClient = ReturnType<typeof createClient<typeof contract>>;

async function upWorker(admin: AnyClient, scheduler: AnyClient, changes: object): Promise<string> {
  const template = await admin.workerTemplates.create({ body: { ...TEMPLATE, ...changes } });
  const { id } = await admin.workers.create({ body: { templateId: template.id } });
  type Command = Parameters<AnyClient['internal']['workers']['command']>[0]['body']['command'];
  const act = (command: Command) => scheduler.internal.workers.command({ params: { id }, body: { command } });
  const attempt = {
    number: 1,
    clientToken: 't-1',
    imageId: 'ami-1',
    instanceType: 'm5zn.metal',
    securityGroupIds: [],
    nestedVirtualization: false,
    requestedAt: '2026-01-01T00:00:00Z',
  };
  const cml = {
    url: 'http://cml',
    consoleHost: CONSOLE_HOST,
    version: '2.9.1',
    ready: true,
    nodeDefinitions: [],
  };
  await act({ type: 'requestInstance', attempt });
  await act({ type: 'recordInstance', instanceId: 'i-1' });
  await act({ type: 'instanceRunning' });
  await act({ type: 'observe', observation: { cml } });
  for (const type of ['CmlReady', 'Licensed'] as const)
    await act({ type: 'setCondition', condition: { type, status: 'True', reason: 'Test', message: '' } });
  await act({ type: 'becomeReady' });
  return id;
}

function fetchOf(app: FastifyInstance): Fetch {
  return async (url, init) => {
    const { pathname, search } = new URL(url);
    init.signal?.throwIfAborted();
    const answer = await app.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: pathname + search,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.body ? { payload: Buffer.from(await new Response(init.body).arrayBuffer()) } : {}),
    });
    const body = answer.statusCode === 204 ? null : new Uint8Array(answer.rawPayload);
    return new Response(body, { status: answer.statusCode });
  };
}

function logInto(problems: string[]): Log {
  const note = (facts: Record<string, unknown>, message: string) => {
    problems.push(`${message} ${JSON.stringify(facts)}`);
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note, child: () => log };
  return log;
}
