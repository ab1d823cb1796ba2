import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { SomeSettings } from '@lcm/core/domain/settings.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { memoryBooks } from './audit/books.fixture.ts';
import type { Authenticate } from './auth/caller.ts';
import { localCallers } from './local-callers.fixture.ts';
import { type ControlPlane, type ControlPlaneParts, startControlPlane } from './service.ts';

/** A control plane in memory on virtual time, and clients of it. */
export interface TestPlane {
  plane: ControlPlane;
  clock: VirtualClock;
  store: MemoryStore;
  bus: MemoryBus;
  /** As the local administrator. */
  admin: Client<typeof contract>;
  /** As a controller, without a fence. */
  controller: Client<typeof contract>;
  stop(): Promise<void>;
}

/** What the services of a test plane send as their bearer token. */
export const SECRET = 'a secret for this test only';

/** What a test may replace. */
export interface TestPlaneOptions {
  clock?: VirtualClock;
  store?: MemoryStore;
  bus?: MemoryBus;
  /** What the control plane sees of the store, e.g. one that fails. */
  seenStore?: (store: MemoryStore) => StateStore;
  authenticate?: Authenticate;
  settingDefaults?: SomeSettings;
  /** Whatever else is to be other than usual. */
  parts?: Partial<ControlPlaneParts>;
}

/** Starts one. Stop it at the end of the test. */
export async function startTestPlane(options: TestPlaneOptions = {}): Promise<TestPlane> {
  const clock = options.clock ?? new VirtualClock();
  const random = seededRandom(7);
  const store = options.store ?? new MemoryStore();
  const bus = options.bus ?? new MemoryBus({ clock });
  const plane = await startControlPlane({
    store: options.seenStore?.(store) ?? store,
    bus,
    content: new MemoryContentStore(),
    expiring: new MemoryExpiringStore(clock),
    clock,
    random,
    log: silent,
    audit: await memoryBooks(),
    authenticate: options.authenticate ?? localCallers(SECRET),
    version: 'test',
    ...(options.settingDefaults ? { settingDefaults: options.settingDefaults } : {}),
    ...options.parts,
  });
  const client = (headers: Record<string, string>) =>
    createClient(contract, { baseUrl: '', fetch: plane.fetch, headers: () => headers });
  return {
    plane,
    clock,
    store,
    bus,
    admin: client({}),
    controller: client({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': 'controllers' }),
    stop: async () => {
      await plane.stop();
      await bus.close();
    },
  };
}

export const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
