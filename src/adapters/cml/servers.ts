import type { CmlServer, CmlServers } from '@lcm/core/spi/cml.ts';
import { type CmlConnectionOptions, cmlConnection } from './connection.ts';
import { cmlLabs } from './labs.ts';
import { cmlSystem } from './system.ts';

/** Clients kept; a worker gets another address with every start, so old ones are forgotten. */
const KEPT = 1_000;

/** Clients of CML servers by their URL. The same URL gives the same client, which logs in once. */
export function cmlServers(options: CmlConnectionOptions): CmlServers {
  const known = new Map<string, CmlServer>();
  return (cmlUrl) => {
    const before = known.get(cmlUrl);
    if (before) return before;
    const connection = cmlConnection(cmlUrl, options);
    const server = { system: cmlSystem(connection), labs: cmlLabs(connection) };
    known.set(cmlUrl, server);
    const [oldest] = known.keys();
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    return server;
  };
}
