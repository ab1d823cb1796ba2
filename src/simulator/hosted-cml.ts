import { buildCmlServer, type CmlServer } from './cml/server.ts';
import type { CmlOrder } from './cml-hosts.ts';
import { addFaultHooks } from './fault-hooks.ts';
import type { Faults } from './faults.ts';
import type { CloudOptions } from './options.ts';
import type { World } from './world.ts';

/** Builds the CML server that a host asks for, with the cloud's credentials and under its fault plan. */
export function hostedCml(
  world: World,
  options: CloudOptions,
  order: CmlOrder,
  { faults, consoles }: { faults: Faults; consoles: boolean },
): CmlServer {
  const { instanceId, version, consoleHost, capacity, ready } = order;
  const server = buildCmlServer(world, {
    serverId: instanceId,
    hostname: `cml-${instanceId.slice(-8)}`,
    consoleHost,
    username: options.cmlUsername,
    password: options.cmlPassword,
    consoles,
    ready,
    licenceFate: () => faults.nextRequest('licensing'),
    ...(version !== undefined && { version }),
    ...(capacity && { capacity: { ...capacity, diskGb: 500 } }),
  });
  addFaultHooks(server.app, { service: 'cml', faults, clock: world.clock });
  return server;
}
