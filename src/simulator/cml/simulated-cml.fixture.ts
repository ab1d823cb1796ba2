import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { openLedger } from '../ledger.ts';
import { openSimulatorState, type SimulatorState } from '../state.ts';
import { type Delays, quickDelays, type World } from '../world.ts';
import type { CmlServerOptions } from './options.ts';
import { buildCmlServer, type CmlServer } from './server.ts';

/** One answer of the server; the body parsed where it is JSON. */
interface Answer {
  status: number;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  bytes: Buffer;
}

/** A simulated CML server on virtual time, with a client that is logged in. */
export interface SimulatedCml {
  world: World;
  clock: VirtualClock;
  state: SimulatorState;
  server: CmlServer;
  /** Calls `/api/v0/<path>` with a JSON body. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /** Posts a text as it is, without a Content-Type, as clients of CML post topologies. */
  upload(path: string, text: string): Promise<Answer>;
  /** Logs in, as the administrator unless told otherwise; later calls are this user's. */
  logIn(username?: string, password?: string): Promise<void>;
  /** Registers the licence, waits for compliance and buys nodes. */
  license(extraNodes?: number): Promise<void>;
  /** Imports a topology and gives the lab's id. */
  import(topology: string): Promise<string>;
  /** Builds the server again on the same state, as after a restart of the process. */
  restart(options?: Partial<CmlServerOptions>): Promise<void>;
}

/** A server for tests: nothing is started, nothing listens. */
export async function simulatedCml(
  options: Partial<CmlServerOptions> = {},
  delays: Partial<Delays> = {},
): Promise<SimulatedCml> {
  const clock = new VirtualClock();
  const state = openSimulatorState(':memory:');
  const world: World = {
    clock,
    random: seededRandom(11),
    state,
    ledger: openLedger(state, clock),
    delays: { ...quickDelays, ...delays },
  };
  const build = (more: Partial<CmlServerOptions>) =>
    buildCmlServer(world, {
      serverId: 'i-1',
      hostname: 'cml-1',
      consoleHost: '127.0.0.1',
      username: 'admin',
      password: 'admin',
      ...options,
      ...more,
    });
  let token = '';
  const request = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    payload: string | undefined,
    json: boolean,
  ): Promise<Answer> => {
    const response = await cml.server.app.inject({
      method,
      url: `/api/v0/${path}`,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(json && payload !== undefined ? { 'content-type': 'application/json' } : {}),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const type = String(response.headers['content-type'] ?? '');
    const isJson = type.startsWith('application/json');
    return {
      status: response.statusCode,
      type,
      body: isJson ? response.json() : response.body,
      bytes: response.rawPayload,
    };
  };
  const cml: SimulatedCml = {
    world,
    clock,
    state,
    server: build({}),
    call: (method, path, body) =>
      request(method, path, body === undefined ? undefined : JSON.stringify(body), true),
    upload: (path, text) => request('POST', path, text, false),
    logIn: async (username = 'admin', password = 'admin') => {
      token = '';
      token = (await cml.call('POST', 'authenticate', { username, password })).body;
    },
    license: async (extraNodes = 0) => {
      await cml.call('POST', 'licensing/registration', { token: 'a-good-token', reregister: false });
      const feature = 'regid.2019-10.com.cisco.CML_NODE_COUNT,1.0_2607650b-6ca8-46d5-81e5-e6688b7383c4';
      if (extraNodes > 0) await cml.call('PATCH', 'licensing/features', [{ id: feature, count: extraNodes }]);
      await clock.advance(2 * world.delays.licenceMs);
    },
    import: async (topology) => (await cml.upload('import', topology)).body.id,
    restart: async (more = {}) => {
      await cml.server.close();
      cml.server = build(more);
    },
  };
  await cml.logIn();
  return cml;
}

/** Two routers joined by a link, the second behind an unmanaged switch. */
export const twoRouters = `
lab: {title: Two routers, description: '', notes: 'lcm:demo/s1/1', version: 0.3.0}
nodes:
  - id: n0
    label: R1
    node_definition: iosv
    x: 0
    y: 0
    tags: ['serial:5001', core]
    configuration:
      - name: ios_config.txt
        content: |
          hostname R1
          interface GigabitEthernet0/0
           ip address 10.0.0.1 255.255.255.0
          router ospf 1
           network 10.0.0.0 0.0.0.255 area 0
          end
    interfaces:
      - {id: i0, label: Loopback0, type: loopback}
      - {id: i1, label: GigabitEthernet0/0, slot: 0, type: physical}
  - id: n1
    label: SW
    node_definition: unmanaged_switch
    x: 1
    y: 0
    interfaces:
      - {id: i0, label: port0, slot: 0, type: physical}
      - {id: i1, label: port1, slot: 1, type: physical}
  - id: n2
    label: R2
    node_definition: iol-xe
    x: 2
    y: 0
    configuration: |
      hostname R2
      interface Ethernet0/0
       ip address 10.0.0.2 255.255.255.0
      interface Ethernet0/1
       ip address 172.16.0.1 255.255.0.0
       shutdown
      interface Loopback0
       ip address 2.2.2.2 255.255.255.255
      router ospf 1
       network 0.0.0.0 255.255.255.255 area 0
    interfaces:
      - {id: i0, label: Loopback0, type: loopback}
      - {id: i1, label: Ethernet0/0, slot: 0, type: physical}
      - {id: i2, label: Ethernet0/1, slot: 1, type: physical}
links:
  - {id: l0, n1: n0, i1: i1, n2: n1, i2: i0}
  - {id: l1, n1: n1, i1: i1, n2: n2, i2: i1}
`;
