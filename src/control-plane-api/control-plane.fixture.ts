import { createHash } from 'node:crypto';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ContentStore } from '@lcm/core/spi/content-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { Authenticate } from './auth/caller.ts';
import { localCallers } from './auth/local-callers.ts';
import { type ControlPlane, startControlPlane } from './service.ts';

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

const SECRET = 'a secret for this test only';

/** What a test may replace. */
export interface TestPlaneOptions {
  clock?: VirtualClock;
  store?: MemoryStore;
  bus?: MemoryBus;
  /** What the control plane sees of the store, e.g. one that fails. */
  seenStore?: (store: MemoryStore) => StateStore;
  authenticate?: Authenticate;
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
    content: memoryContent(),
    clock,
    random,
    log: silent,
    authenticate: options.authenticate ?? localCallers(SECRET),
    version: 'test',
  });
  const client = (headers: Record<string, string>) =>
    createClient(contract, { baseUrl: '', fetch: plane.fetch, headers: () => headers });
  return {
    plane,
    clock,
    store,
    bus,
    admin: client({}),
    controller: client({ authorization: `Bearer ${SECRET}`, 'x-lcm-service': 'resource-scheduler' }),
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

function memoryContent(): ContentStore {
  const kept = new Map<string, Uint8Array>();
  return {
    put: async (bytes) => {
      const key = `sha256-${createHash('sha256').update(bytes).digest('hex')}`;
      kept.set(key, bytes);
      return key;
    },
    get: async (key) => {
      const bytes = kept.get(key);
      if (!bytes) throw new Refusal('notFound', `there is no content ${key}`);
      return bytes;
    },
    has: async (key) => kept.has(key),
  };
}
