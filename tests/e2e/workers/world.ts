import { awsCloudProvider } from '@lcm/adapters/aws/cloud-provider.ts';
import { fetchRequestHandler } from '@lcm/adapters/aws/fetch-request-handler.ts';
import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { Commands } from '@lcm/control-plane-api/commands/execute.ts';
import { silent, startTestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import type { RunningController } from '@lcm/core/controller/controller.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Worker, WorkerStatus } from '@lcm/core/domain/worker-state.ts';
import { buildCloud } from '@lcm/simulator/cloud.ts';
import { inProcessFetch } from '@lcm/simulator/in-process.ts';
import { type CloudOptions, defaultCloudOptions } from '@lcm/simulator/options.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import { startWorkerController, type WorkerControllerOptions } from '@lcm/worker-controller/service.ts';
import { onTestFinished, vi } from 'vitest';

export const minute = 60_000;
// Hours of virtual time take seconds of real time, more where the machine is busy.
vi.setConfig({ testTimeout: 60_000 });
export const region = 'us-east-1';

export const template = {
  name: 'metal',
  region,
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

const topology = `lab:
  title: Two routers
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "hostname R1", tags: [], interfaces: [{id: i0, label: Gi0/0, slot: 0, type: physical}]}
  - {id: n1, label: R2, node_definition: iosv, x: 9, y: 0, configuration: "hostname R2", tags: [], interfaces: [{id: i0, label: Gi0/0, slot: 0, type: physical}]}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: R1-R2}
`;

/** The worker controller with the real control plane and the real adapters, on a simulated cloud and virtual time. */
export async function workerWorld(
  options: {
    cloud?: Partial<CloudOptions>;
    token?: string;
    settings?: Partial<SystemSettingsValues>;
    limits?: WorkerControllerOptions['limits'];
  } = {},
) {
  const { clock, bus, store, admin, controller, stop } = await startTestPlane();
  onTestFinished(stop);
  const world = virtualWorld(':memory:', clock);
  Object.assign(world.delays, {
    instanceBootMs: minute,
    cmlBootMs: 3 * minute,
    instanceStopMs: minute,
    licenceMs: 5_000,
    labStopMs: 2_000,
  });
  const mainUrl = 'http://simulator';
  const place = { publicUrl: mainUrl, block: 77, network: false, onProblem: () => {} };
  const cloud = await buildCloud(world, { ...defaultCloudOptions, ...options.cloud }, place);
  onTestFinished(() => cloud.close());
  const lost = { matching: '', left: 0 };
  const hook = { before: async (_url: string): Promise<void> => {} };
  const network = inProcessFetch(cloud, mainUrl);
  /** The network as one life of a controller has it: when that is over, no answer arrives any more. */
  const networkOf =
    (life: Life): typeof network =>
    async (input, init) => {
      assertAlive(life);
      await hook.before(String(input));
      const answer = await network(input, init);
      assertAlive(life);
      if (lost.left > 0 && typeof init?.body === 'string' && init.body.includes(lost.matching)) {
        lost.left -= 1;
        throw new TypeError('fetch failed', { cause: new Error('the connection was reset') });
      }
      return answer;
    };
  const outsideOf = (life: Life) => {
    const fetch = networkOf(life);
    const provider = awsCloudProvider({
      installation: 'test',
      clock,
      endpointBase: mainUrl,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
      attempts: 1,
      requestHandler: fetchRequestHandler(fetch),
    });
    onTestFinished(() => provider.close());
    const cml = cmlServers({
      fetch,
      clock,
      clientId: world.random.uuid(),
      credentials: async () => ({ username: 'admin', password: 'admin' }),
    });
    return { cloud: provider, cml };
  };
  // The SDK is loaded before time begins to move.
  await outsideOf({ over: false }).cloud.findByTags(region, { none: 'none' });
  await admin.settings.change({ body: { idleDetection: { enabled: false }, ...options.settings } });

  const lives = new Map<RunningController, Life>();
  /** @param made what the controller is made of, as that test wants it */
  const start = (
    made = (whole: WorkerControllerOptions): WorkerControllerOptions => whole,
  ): RunningController => {
    const life: Life = { over: false };
    const whole: WorkerControllerOptions = {
      client: mortal(controller, life),
      bus,
      ...outsideOf(life),
      addresses: {
        resolve: async ({ publicIp }) =>
          publicIp ? { cmlUrl: `http://${publicIp}:8443`, consoleHost: publicIp } : undefined,
      },
      secrets: { get: async () => options.token ?? 'a-good-token' },
      clock,
      random: world.random,
      log: silent,
      installation: 'test',
      ...(options.limits ? { limits: options.limits } : {}),
    };
    const one = startWorkerController(made(whole));
    lives.set(one, life);
    return one;
  };
  const stopController = async (one: RunningController) => {
    let stopped = false;
    void one.stop(1_000).then(() => {
      stopped = true;
    });
    await clock.until(() => stopped);
  };
  /** Whatever it was doing ends in the middle: calls that are under way may have their effect, nothing else. */
  const crash = async (one: RunningController) => {
    const life = lives.get(one);
    if (life) life.over = true;
    await stopController(one);
  };
  onTestFinished(async () => {
    for (const one of lives.keys()) await stopController(one);
  });

  const get = async (id: string): Promise<Worker> =>
    (await controller.internal.workers.get({ params: { id } })).state;
  const want = async (body: object = {}) => {
    const found = await admin.workerTemplates.list({ query: {} });
    const known = found.items[0] ?? (await admin.workerTemplates.create({ body: { ...template, ...body } }));
    return (await admin.workers.create({ body: { templateId: known.id } })).id;
  };
  const until = (id: string, status: WorkerStatus, limitMs?: number) =>
    clock.until(async () => (await get(id)).status === status, limitMs);
  /** A worker that is RUNNING. */
  const serving = async (body: object = {}) => {
    const id = await want(body);
    await until(id, 'RUNNING');
    return id;
  };
  /** Books a session on the worker, beginning in so many milliseconds. */
  const book = async (workerId: string, inMs: number, durationSeconds = 600): Promise<string> => {
    const name = `lab-${Math.round(clock.now() / 1000)}`;
    const definition = await admin.definitions.create({ body: { name, version: '1.0.0', topology } });
    await controller.internal.definitions.command({
      params: { id: definition.id },
      body: { command: { type: 'recordSync', status: 'success' } },
    });
    const session = await admin.sessions.book({
      body: {
        definitionId: definition.id,
        durationSeconds,
        start: new Date(clock.now() + inMs).toISOString(),
      },
    });
    const decision = {
      decidedAt: session.createdAt,
      outcome: 'placed' as const,
      best: [],
      counts: {},
      evaluated: 1,
    };
    const item = { sessionId: session.id, placementId: `p-${session.id}`, workerId, decision };
    const placed = await controller.internal.place({ body: { items: [item] } });
    if (placed.items[0]?.status !== 'done') throw new Error(JSON.stringify(placed.items));
    return session.id;
  };
  const holders = async (id: string): Promise<string[]> => {
    const { state } = await controller.internal.allowances.get({ params: { id } });
    return Object.keys(state.holds);
  };
  return {
    admin,
    controller,
    clock,
    world,
    store,
    cloud,
    start,
    stop: stopController,
    crash,
    /** Is called, and waited for, before every request to the outside. */
    beforeRequests: (before: (url: string) => Promise<void>) => Object.assign(hook, { before }),
    /** The next so many answers to requests with that text are lost, their effect is not. */
    loseAnswers: (matching: string, count: number) => Object.assign(lost, { matching, left: count }),
    get,
    want,
    until,
    serving,
    book,
    /** Which attempts of which workers have a licence seat. */
    seats: () => holders('licences/ENTERPRISE'),
    places: () => holders(`workers/${region}`),
    /** What the simulated world still holds, by kind. */
    open: () => world.ledger.openEntries().map(({ kind }) => kind),
    /** Closes a task, as a person does. */
    close: (id: string) => new Commands(store, clock).execute('task', id, { type: 'close', by: 'somebody' }),
    taskTitles: async () => (await admin.tasks.list({ query: {} })).items.map(({ title }) => title),
    /** Somebody imports a lab by hand on the first instance there is, and may start it. */
    work: async ({ start: starts = false } = {}) => {
      const [instance] = cloud.instances.list();
      const app = instance && cloud.hosts.server(instance.id)?.app;
      if (!app) throw new Error('there is no CML server to work on');
      const payload = { username: 'admin', password: 'admin' };
      const logIn = await app.inject({ method: 'POST', url: '/api/v0/authenticate', payload });
      const headers = { authorization: `Bearer ${String(logIn.json())}` };
      const made = await app.inject({ method: 'POST', url: '/api/v0/import', headers, payload: topology });
      if (made.statusCode !== 200) throw new Error(made.body);
      const url = `/api/v0/labs/${made.json().id}/start`;
      if (starts) await app.inject({ method: 'PUT', url, headers });
    },
    alive: () => cloud.instances.list().filter(({ change }) => change.to !== 'terminated'),
  };
}

/** One run of a controller. */
interface Life {
  over: boolean;
}

function assertAlive(life: Life): void {
  if (life.over) throw new Error('this controller was killed');
}

/** A client that no longer answers when the life is over, at whatever depth it is asked. */
function mortal<T extends object>(client: T, life: Life): T {
  return new Proxy(client, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member === 'object' && member !== null) return mortal(member, life);
      if (typeof member !== 'function') return member;
      return async (...input: unknown[]) => {
        assertAlive(life);
        const answer: unknown = await member(...input);
        assertAlive(life);
        return answer;
      };
    },
  });
}
