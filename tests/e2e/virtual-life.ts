import { awsCloudProvider } from '@lcm/adapters/aws/cloud-provider.ts';
import { fetchRequestHandler } from '@lcm/adapters/aws/fetch-request-handler.ts';
import type { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { externalEngine } from '@lcm/adapters/grading/external-engine.ts';
import { labDeliverySystem } from '@lcm/adapters/lds/lab-delivery-system.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { startControlPlane } from '@lcm/control-plane-api/service.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { CmlServers } from '@lcm/core/spi/cml.ts';
import type { Consoles } from '@lcm/core/spi/console.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { WorkerAddresses } from '@lcm/core/spi/worker-addresses.ts';
import { startLabletController } from '@lcm/lablet-controller/service.ts';
import { startScheduler } from '@lcm/resource-scheduler/service.ts';
import { startWorkerController } from '@lcm/worker-controller/service.ts';
import type { Mortality } from './mortality.ts';
import { engineInThisThread } from './virtual-stand-ins.ts';
import type { Traffic } from './virtual-traffic.ts';

const MINUTE = 60_000;
/** Where the control plane and the simulated world are, for whoever asks by `fetch`. */
export const PLANE_URL = 'http://plane';
export const OUTSIDE_URL = 'http://outside';
const SECRET = 'for this process only';
const INSTALLATION = 'virtual';

/** The services of the system, by the names of their folders. */
export const SERVICES = [
  'control-plane-api',
  'resource-scheduler',
  'worker-controller',
  'lablet-controller',
] as const;
export type Service = (typeof SERVICES)[number];

/** What outlives every life of the system. */
export interface Lasting {
  clock: VirtualClock;
  random: Random;
  store: StateStore;
  content: ContentStore;
  log: Log;
  traffic: Traffic;
  settings: Partial<SystemSettingsValues>;
  /** `fetch` to the simulated world. */
  web: Fetch;
  addresses: WorkerAddresses;
  consoles: Consoles;
  tap?: Tap | undefined;
  /** What the services see of the bus, e.g. one that loses events. */
  busView?: ((inner: StateBus, clock: Clock) => StateBus) | undefined;
  /** Milliseconds between two listings that repair what a watch has missed. */
  resyncMs: number;
}

/** Stands between the services and all that they were given, to see what they do. */
export interface Tap {
  /** @param name of the interface, e.g. `lds` */
  between<T extends object>(service: Service, name: string, thing: T): T;
  /** The services' requests to the simulated world. */
  web(service: Service, ask: Fetch): Fetch;
}

/** One run of the system: all four services in one process. */
export interface VirtualLife {
  /** `fetch` to its control plane, from outside. */
  fetch: Fetch;
  stop(): Promise<void>;
}

/**
 * Starts the system on what its last life has left. Its bus is a new one, as that of the embedded system.
 * @param mortality that of this life; it may end before the start is over
 */
export async function startLife(lasting: Lasting, mortality: Mortality): Promise<VirtualLife> {
  const clock = mortality.clock(lasting.clock);
  const { random, log, traffic, resyncMs } = lasting;
  // Virtual time has fractions of a millisecond, revisions have none.
  const wholeBus = new MemoryBus({ clock });
  const bus = lasting.busView?.(wholeBus, clock) ?? wholeBus;
  const { tap = NO_TAP } = lasting;
  const tapped = <T extends object>(service: Service, name: string, thing: T) =>
    mortality.fenced(tap.between(service, name, thing));

  const plane = await startControlPlane({
    store: mortality.store(tap.between('control-plane-api', 'store', lasting.store)),
    bus,
    content: tapped('control-plane-api', 'content', lasting.content),
    expiring: new MemoryExpiringStore(clock),
    clock,
    random,
    log,
    authenticate: localCallers(SECRET),
    version: 'virtual',
    settingDefaults: lasting.settings,
  });

  const client = (service: Service) => {
    const headers = () => ({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': service });
    const ask = traffic.counted(plane.fetch);
    return tapped(service, 'client', createClient(contract, { baseUrl: PLANE_URL, fetch: ask, headers }));
  };
  const web = (service: Service) => mortality.outward(tap.web(service, lasting.web));
  const cml = (service: Service): CmlServers => {
    const servers = cmlServers({
      fetch: web(service),
      clock,
      clientId: service,
      credentials: async () => ({ username: 'admin', password: 'admin' }),
    });
    return (url) => {
      const { system, labs } = servers(url);
      return { system: tapped(service, 'system', system), labs: tapped(service, 'labs', labs) };
    };
  };
  const cloud = awsCloudProvider({
    installation: INSTALLATION,
    clock,
    endpointBase: OUTSIDE_URL,
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    attempts: 1, // the SDK waits on real time between attempts
    requestHandler: fetchRequestHandler(web('worker-controller'), { clock, timeoutMs: 20_000 }),
  });
  mortality.onEnd(() => cloud.close());
  // The SDK is loaded before time moves on.
  await cloud.findByTags('us-east-1', { none: 'none' });
  await cloud.metrics('us-east-1', ['i-none']).catch(() => {});

  // One member each, and a bus that loses nothing: leases renewed seldom, and seldom looks at what has not
  // changed, cost a day nothing but real time.
  const runtime = { bus, clock, random, log, partitions: 1, leaseMs: 10 * MINUTE, marginMs: 0 };
  const controllers = [
    startScheduler({ ...runtime, resyncMs, client: client('resource-scheduler') }),
    startWorkerController({
      ...runtime,
      installation: INSTALLATION,
      client: client('worker-controller'),
      cloud: tapped('worker-controller', 'cloud', cloud),
      cml: cml('worker-controller'),
      addresses: lasting.addresses,
      secrets: { get: async () => 'a-good-token' },
      limits: { watchMs: Math.min(resyncMs, 2 * MINUTE), measureMs: 5 * MINUTE },
    }),
    startLabletController({
      ...runtime,
      resyncMs,
      installation: INSTALLATION,
      client: client('lablet-controller'),
      cml: cml('lablet-controller'),
      consoles: tapped('lablet-controller', 'consoles', lasting.consoles),
      lds: tapped(
        'lablet-controller',
        'lds',
        labDeliverySystem({
          baseUrl: `${OUTSIDE_URL}/lds`,
          username: 'lcm',
          password: 'lcm',
          fetch: web('lablet-controller'),
          clock,
        }),
      ),
      engines: {
        builtin: engineInThisThread,
        external: tapped(
          'lablet-controller',
          'grading',
          externalEngine({
            baseUrl: `${OUTSIDE_URL}/grading`,
            apiKey: 'lcm',
            fetch: web('lablet-controller'),
            clock,
          }),
        ),
      },
      content: tapped('lablet-controller', 'content', lasting.content),
    }),
  ];

  return {
    fetch: mortality.inward(traffic.counted(plane.fetch)),
    stop: async () => {
      await Promise.all(controllers.map((controller) => controller.stop(1_000)));
      await plane.stop();
      await wholeBus.close();
      cloud.close();
    },
  };
}

const NO_TAP: Tap = { between: (_service, _name, thing) => thing, web: (_service, ask) => ask };
