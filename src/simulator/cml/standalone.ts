import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { openLedger } from '../ledger.ts';
import { openSimulatorState } from '../state.ts';
import { type Delays, quickDelays } from '../world.ts';
import { buildCmlServer, type CmlServer } from './server.ts';

/** How a CML server that stands alone is run. */
export interface StandaloneCmlOptions {
  /** 0 takes any free port. */
  port: number;
  /** The address for HTTP and for consoles, the loopback by default. */
  host?: string;
  username?: string;
  password?: string;
  /** The file that keeps its state; by default it is forgotten at the end. */
  stateFile?: string;
  /** Real listeners for `serial:` and other port tags; on by default. */
  consoles?: boolean;
  version?: string;
  delays?: Partial<Delays>;
}

/** A CML server that stands alone. */
export interface StandaloneCml {
  /** Where it listens, `http://host:port`; the API is under `/api/v0`. */
  url: string;
  server: CmlServer;
  close(): Promise<void>;
}

/** Starts one simulated CML server on a real port (login admin/admin unless told otherwise). */
export async function startStandaloneCml(options: StandaloneCmlOptions): Promise<StandaloneCml> {
  const host = options.host ?? '127.0.0.1';
  const state = openSimulatorState(options.stateFile ?? ':memory:');
  const world = {
    clock: systemClock,
    random: systemRandom,
    state,
    ledger: openLedger(state, systemClock),
    delays: { ...quickDelays, ...options.delays },
  };
  const server = buildCmlServer(world, {
    serverId: 'standalone',
    hostname: 'cml-simulator',
    consoleHost: host,
    username: options.username ?? 'admin',
    password: options.password ?? 'admin',
    consoles: options.consoles ?? true,
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  const url = await server.app.listen({ port: options.port, host });
  return {
    url,
    server,
    close: async () => {
      await server.close();
      state.close();
    },
  };
}
