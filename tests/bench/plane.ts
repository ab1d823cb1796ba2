import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { openFileContentStore } from '@lcm/adapters/files/file-content-store.ts';
import { pinoLog } from '@lcm/adapters/log/pino-log.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { keyring } from '@lcm/adapters/secrets/keyring.ts';
import { newSecretKey } from '@lcm/adapters/secrets/secret-key.ts';
import { openEmbeddedAudit } from '@lcm/cli/compose/embedded-audit.ts';
import { type AuthenticationWay, authenticateBy } from '@lcm/control-plane-api/auth/caller.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { startControlPlane } from '@lcm/control-plane-api/service.ts';
import { type Client, createClient } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import { TimedStore } from './timed-store.ts';

type BenchClient = Client<typeof contract>;

/** The control plane of the embedded system, without controllers: SQLite file, bus in memory, on loopback. */
export interface BenchPlane extends AsyncDisposable {
  url: string;
  store: TimedStore;
  bus: StateBus;
  log: Log;
  /** Without a socket, as the administrator and as a controller. */
  admin: BenchClient;
  controller: BenchClient;
}

export interface BenchPlaneOptions {
  /** Whether it keeps an audit beside it, as the embedded system does. */
  audited?: boolean;
  /** Asked first who calls; whoever shows no credential is the administrator. */
  bearer?: AuthenticationWay;
}

/** Starts one on the data of that folder. */
export async function startBenchPlane(
  folder: string,
  { audited = true, bearer }: BenchPlaneOptions = {},
): Promise<BenchPlane> {
  const [clock, random] = [systemClock, systemRandom];
  const log = pinoLog({ level: 'info', file: join(folder, 'lcm.log') });
  const store = openBenchStore(folder);
  const bus = new MemoryBus({ clock });
  const secret = random.uuid();
  const audit = audited
    ? await openEmbeddedAudit(join(folder, 'audit.sqlite'), keyring([newSecretKey()]))
    : undefined;
  const plane = await startControlPlane({
    store,
    bus,
    content: await openFileContentStore(join(folder, 'content')),
    expiring: new MemoryExpiringStore(clock),
    clock,
    random,
    log,
    authenticate: authenticateBy([...(bearer ? [bearer] : []), localCallers(secret)]),
    audit: audit?.books,
    version: 'bench',
    // All of its clients are one caller.
    settingDefaults: { streamsPerCaller: null },
  });
  await plane.app.listen({ host: '127.0.0.1', port: 0 });
  const address = plane.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the control plane has no port');
  const client = (headers: Record<string, string>) =>
    createClient(contract, { baseUrl: '', fetch: plane.fetch, headers: () => headers });
  return {
    url: `http://127.0.0.1:${address.port}`,
    store,
    bus,
    log,
    admin: client({}),
    controller: client({ authorization: `Bearer ${secret}`, 'x-lcm-service': 'bench' }),
    [Symbol.asyncDispose]: async () => {
      await plane.stop();
      audit?.close();
      await bus.close();
      await store.close();
      log.flush();
    },
  };
}

/** The store of that folder. */
export const openBenchStore = (folder: string): TimedStore => new TimedStore(join(folder, 'lcm.sqlite'));
