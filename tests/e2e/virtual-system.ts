import { awsCloudProvider } from '@lcm/adapters/aws/cloud-provider.ts';
import { fetchRequestHandler } from '@lcm/adapters/aws/fetch-request-handler.ts';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { externalEngine } from '@lcm/adapters/grading/external-engine.ts';
import { labDeliverySystem } from '@lcm/adapters/lds/lab-delivery-system.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { Api } from '@lcm/cli/api.ts';
import { seed as publishSeeds } from '@lcm/cli/seeds/seed.ts';
import { localCallers } from '@lcm/control-plane-api/auth/local-callers.ts';
import { startControlPlane } from '@lcm/control-plane-api/service.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract, publicContract } from '@lcm/core/api/contract.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import { startLabletController } from '@lcm/lablet-controller/service.ts';
import { startScheduler } from '@lcm/resource-scheduler/service.ts';
import { buildCloud, type SimulatedCloud } from '@lcm/simulator/cloud.ts';
import type { FaultPlan } from '@lcm/simulator/faults.ts';
import { inProcessFetch } from '@lcm/simulator/in-process.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import { openLedger } from '@lcm/simulator/ledger.ts';
import { defaultCloudOptions } from '@lcm/simulator/options.ts';
import { openSimulatorState } from '@lcm/simulator/state.ts';
import type { Delays, World } from '@lcm/simulator/world.ts';
import { startWorkerController } from '@lcm/worker-controller/service.ts';
import { addressesOf, consolesOf, engineInThisThread } from './virtual-stand-ins.ts';
import { countTraffic } from './virtual-traffic.ts';

const MINUTE = 60_000;
const PLANE_URL = 'http://plane';
const OUTSIDE_URL = 'http://outside';
const SECRET = 'for this process only';

/** How long things take where machines and networks are real: a metal host 20 minutes. */
const REAL_DELAYS: Delays = {
  instanceBootMs: 3 * MINUTE,
  cmlBootMs: 15 * MINUTE,
  instanceStopMs: 5 * MINUTE,
  licenceMs: 20_000,
  nodeBootMs: 2 * MINUTE,
  labStopMs: 15_000,
  gradingMs: 30_000,
};

/** What a simulation is made from. */
export interface VirtualSystemOptions {
  /** Everything that happens follows from it. */
  seed: number;
  delays?: Partial<Delays>;
  settings?: Partial<SystemSettingsValues>;
  faults?: FaultPlan;
  /** What the services see of the bus, e.g. one that loses events. */
  bus?: (inner: StateBus, clock: Clock) => StateBus;
  /** What the control plane sees of the store, e.g. one that fails now and then. */
  store?: (inner: StateStore, clock: Clock) => StateStore;
  /** Between two listings that repair what a watch has missed, 10 minutes by default. */
  resyncMs?: number;
}

/** The whole system and its world in this process, on virtual time, without a socket. */
export interface VirtualSystem {
  clock: VirtualClock;
  /** For the people in the simulation; the system has a sequence of its own. */
  random: Random;
  api: Api;
  /** A request to the simulated world, e.g. as a candidate: `POST`, `/lds/sim/sessions/<id>/login`. */
  outside(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Lets time pass until the work is done, timer by timer, whenever no call is under way. */
  complete<T>(what: string, work: Promise<T>, limitMs?: number): Promise<T>;
  /** Everything that has happened, oldest first. */
  events(): Promise<LoggedEvent[]>;
  /** The simulated world's own books. */
  ledger(): LedgerEntry[];
  /** Warnings and errors of all services, and what went wrong behind the scenes of the world. */
  problems: readonly string[];
  stop(): Promise<void>;
}

/** Builds the system and publishes the definitions and templates that come with LCM. Time begins on 1 January 2026. */
export async function startVirtualSystem(options: VirtualSystemOptions): Promise<VirtualSystem> {
  const { seed } = options;
  const clock = new VirtualClock();
  const traffic = countTraffic();
  const problems: string[] = [];
  const log = logInto(problems, clock);
  const store = new MemoryStore();
  const wholeBus = new MemoryBus({ clock });
  const bus = options.bus?.(wholeBus, clock) ?? wholeBus;
  const content = new MemoryContentStore();
  const random = seededRandom(seed);
  const plane = await startControlPlane({
    store: options.store?.(store, clock) ?? store,
    bus,
    content,
    clock,
    random,
    log,
    authenticate: localCallers(SECRET),
    version: 'virtual',
    settingDefaults: options.settings ?? {},
  });
  const planeFetch = traffic.counted(plane.fetch);
  const { cloud, world } = await buildWorld(options, clock, planeFetch, problems);
  const worldFetch = inProcessFetch(cloud, OUTSIDE_URL);
  const web = traffic.counted((url, init) => worldFetch(url, init));

  const api = createClient(publicContract, { baseUrl: PLANE_URL, fetch: planeFetch });
  await publishSeeds(api);
  const provider = awsCloudProvider({
    installation: 'virtual',
    clock,
    endpointBase: OUTSIDE_URL,
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    attempts: 1, // the SDK waits on real time between attempts
    requestHandler: fetchRequestHandler(web),
  });
  // The SDK is loaded before time begins to move.
  await provider.findByTags('us-east-1', { none: 'none' });
  await provider.metrics('us-east-1', ['i-none']).catch(() => {});

  const controllers = startControllers();
  function startControllers() {
    const client = (service: string) =>
      createClient(contract, {
        baseUrl: PLANE_URL,
        fetch: planeFetch,
        headers: () => ({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': service }),
      });
    const cml = cmlServers({
      fetch: web,
      clock,
      clientId: 'virtual',
      credentials: async () => ({ username: 'admin', password: 'admin' }),
    });
    // One member each, and a bus that loses nothing: leases renewed seldom, and seldom looks at what has not
    // changed, cost a day nothing but real time.
    const runtime = { bus, clock, random, log, partitions: 1, leaseMs: 10 * MINUTE, marginMs: 0 };
    const resyncMs = options.resyncMs ?? 10 * MINUTE;
    const installation = 'virtual';
    return [
      startScheduler({ ...runtime, resyncMs, client: client('resource-scheduler') }),
      startWorkerController({
        ...runtime,
        installation,
        client: client('worker-controller'),
        cloud: provider,
        cml,
        addresses: addressesOf(cloud),
        secrets: { get: async () => 'a-good-token' },
        limits: { watchMs: Math.min(resyncMs, 2 * MINUTE), measureMs: 5 * MINUTE },
      }),
      startLabletController({
        ...runtime,
        resyncMs,
        installation,
        client: client('lablet-controller'),
        cml,
        consoles: consolesOf(world),
        lds: labDeliverySystem({
          baseUrl: `${OUTSIDE_URL}/lds`,
          username: 'lcm',
          password: 'lcm',
          fetch: web,
          clock,
        }),
        engines: {
          builtin: engineInThisThread,
          external: externalEngine({ baseUrl: `${OUTSIDE_URL}/grading`, apiKey: 'lcm', fetch: web, clock }),
        },
        content,
      }),
    ];
  }

  const complete = async <T>(what: string, work: Promise<T>, limitMs = 7 * 24 * 60 * MINUTE): Promise<T> => {
    let over = false;
    const settled = work.finally(() => {
      over = true;
    });
    settled.catch(() => {}); // it is awaited below
    try {
      await clock.until(async () => {
        await traffic.calm();
        return over;
      }, limitMs);
    } catch (cause) {
      throw new Error(`${what} did not come to its end; ${problems.slice(-5).join(' | ')}`, { cause });
    }
    return settled;
  };

  return {
    clock,
    random: seededRandom(seed ^ 0x5eed),
    api,
    outside: async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      const answer = await web(OUTSIDE_URL + path, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    complete,
    events: () => readAll(store),
    ledger: () => world.ledger.all(),
    problems,
    stop: async () => {
      await complete('the stop', Promise.all(controllers.map((controller) => controller.stop(1_000))));
      await plane.stop();
      await bus.close();
      provider.close();
      await cloud.close();
      world.state.close();
    },
  };
}

/** A cloud that listens nowhere, and sends its events to the control plane. */
async function buildWorld(
  { seed, delays, faults }: VirtualSystemOptions,
  clock: VirtualClock,
  planeFetch: Fetch,
  problems: string[],
): Promise<{ cloud: SimulatedCloud; world: World }> {
  const state = openSimulatorState(':memory:');
  const world: World = {
    clock,
    random: seededRandom(seed ^ 0x0c10d),
    state,
    ledger: openLedger(state, clock),
    delays: { ...REAL_DELAYS, ...delays },
  };
  const cloud = await buildCloud(
    world,
    { ...defaultCloudOptions, ...(faults && { faults }), eventSinks: [`${PLANE_URL}/api/events`] },
    {
      publicUrl: OUTSIDE_URL,
      block: 77,
      network: false,
      onProblem: (problem) => problems.push(problem),
      fetch: (url, init) => planeFetch(String(url), init ?? {}),
    },
  );
  return { cloud, world };
}

async function readAll(store: MemoryStore): Promise<LoggedEvent[]> {
  const all: LoggedEvent[] = [];
  for (let page = await store.readLog(0, 1_000); page.length > 0; ) {
    all.push(...page);
    page = await store.readLog(all.at(-1)?.cursor ?? 0, 1_000);
  }
  return all;
}

function logInto(problems: string[], clock: VirtualClock): Log {
  const note = (facts: Record<string, unknown>, message: string) => {
    problems.push(`${new Date(clock.now()).toISOString()} ${message} ${JSON.stringify(facts)}`);
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note, child: () => log };
  return log;
}
