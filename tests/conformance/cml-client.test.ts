import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { buildCmlServer } from '@lcm/simulator/cml/server.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import { afterEach, describe, expect, it } from 'vitest';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const topology = `
lab: {title: two routers, notes: 'lcm:test/s-1/1', version: 0.3.0}
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 10, y: 20, tags: ['serial:2000'], configuration: hostname R1, interfaces: [{id: i0, label: Gi0/0, slot: 0, type: physical}]}
  - {id: n1, label: R2, node_definition: iosv, x: 30, y: 40, configuration: [{name: ios_config.txt, content: hostname R2}], interfaces: [{id: i0, label: Gi0/0, slot: 0, type: physical}]}
  - {id: n2, label: out, node_definition: external_connector, x: 0, y: 0, configuration: NAT, interfaces: []}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: R1-R2}
`;

/** Our client on a simulated CML server in this process and on virtual time. */
function open({ password = 'admin', ready = true }: { password?: string; ready?: boolean } = {}) {
  const world = virtualWorld();
  const state = { ready, requests: [] as string[] };
  const server = buildCmlServer(world, {
    serverId: 'i-1',
    hostname: 'cml-1',
    consoleHost: '127.0.0.1',
    username: 'admin',
    password: 'admin',
    ready: () => state.ready,
  });
  ending.push(() => server.close());
  const servers = cmlServers({
    clock: world.clock,
    clientId: world.random.uuid(),
    credentials: async () => ({ username: 'admin', password }),
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url);
      state.requests.push(`${init.method} ${pathname.replace('/api/v0/', '')}`);
      const answer = await server.app.inject({
        method: 'GET',
        ...(init.method === undefined ? {} : { method: init.method as 'GET' }),
        url: pathname + search,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.body ? { payload: Buffer.from(await new Response(init.body).arrayBuffer()) } : {}),
      });
      const body = answer.statusCode === 204 ? null : new Uint8Array(answer.rawPayload);
      return new Response(body, { status: answer.statusCode });
    },
  });
  const { system, labs } = servers('http://cml');
  const { clock } = world;
  const licensed = async () => {
    await system.register('ENTERPRISE', 'good-token', 30);
    await clock.advance(10_000);
  };
  return { world, clock, system, labs, licensed, state, servers };
}

describe('the system side of the CML client', () => {
  it('tells a server that boots from one that is ready, and from none at all', async () => {
    const { system, state, clock } = open({ ready: false });
    expect(await system.information()).toMatchObject({ version: '2.9.1+build.7', ready: false });
    state.ready = true;
    expect(await system.information()).toMatchObject({ ready: true });
    const nobody = cmlServers({
      clock,
      clientId: 'x',
      credentials: async () => ({ username: 'admin', password: 'admin' }),
      fetch: async () => {
        throw new Error('connection refused');
      },
    });
    expect(await nobody('https://gone').system.information()).toBeUndefined();
  });

  it('logs in once for many calls, and once again when the login has expired', async () => {
    const { system, state, clock } = open();
    await Promise.all([system.stats(), system.nodeDefinitions(), system.licence()]);
    const logins = () => state.requests.filter((one) => one === 'POST authenticate').length;
    expect(logins()).toBe(1);
    await clock.advance(30 * 86_400_000);
    await Promise.all([system.stats(), system.nodeDefinitions(), system.licence()]);
    expect(logins()).toBe(2);
  });

  it('says so when its password is refused, and tries again the next time', async () => {
    const { system, state } = open({ password: 'wrong' });
    await expect(system.stats()).rejects.toMatchObject({ code: 'forbidden' });
    await expect(system.stats()).rejects.toMatchObject({ code: 'forbidden' });
    expect(state.requests).toEqual(['POST authenticate', 'POST authenticate']);
  });

  it('follows a licence from registration to compliance and back', async () => {
    const { system, clock } = open();
    expect(await system.licence()).toMatchObject({ registration: 'NOT_REGISTERED' });
    await system.register('ENTERPRISE', 'good-token', 30);
    await system.register('ENTERPRISE', 'good-token', 30);
    await clock.advance(10_000);
    expect(await system.licence()).toMatchObject({
      registration: 'COMPLETED',
      authorization: 'IN_COMPLIANCE',
      product: 'CML_Enterprise',
      nodeLimit: 50,
      udi: expect.any(String),
    });
    await system.deregister();
    await system.deregister();
    await clock.advance(10_000);
    expect(await system.licence()).toMatchObject({ registration: 'NOT_REGISTERED' });
    expect((await system.licence()).nodeLimit).toBeUndefined();
    await system.deregister();
  });

  it('buys as many nodes as there are to be had where more are wanted', async () => {
    const { system, clock } = open();
    await system.register('ENTERPRISE', 'good-token', 480);
    await clock.advance(10_000);
    expect(await system.licence()).toMatchObject({ registration: 'COMPLETED', nodeLimit: 320 });
  });

  it('knows the node limits of personal licences', async () => {
    const { system, clock } = open();
    await system.register('PERSONAL40', 'good-token');
    await clock.advance(10_000);
    expect(await system.licence()).toMatchObject({ product: 'CML_Personal40', nodeLimit: 40 });
  });

  it('refuses to give a licence back while a lab runs', async () => {
    const { system, labs, licensed, clock } = open();
    await licensed();
    const { labId } = await labs.import(topology);
    await labs.start(labId);
    await clock.advance(60_000);
    await expect(system.deregister()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('measures the host and takes it out of admission', async () => {
    const { system, labs, licensed } = open();
    await licensed();
    expect(await system.stats()).toMatchObject({ memoryTotalGb: 192, diskTotalGb: 500, runningNodes: 0 });
    const { labId } = await labs.import(topology);
    await system.setAdmission('ONLINE');
    await expect(labs.start(labId)).rejects.toThrow();
    await system.setAdmission('READY');
    await labs.start(labId);
  });

  it('reports what people did, not that we logged in', async () => {
    const { system, labs, clock } = open();
    const before = new Date(clock.now()).toISOString();
    await clock.advance(1_000);
    await labs.import(topology);
    const activities = await system.activities(before);
    expect(activities.map(({ category }) => category)).toEqual(['import_lab']);
    expect(activities[0]).toMatchObject({ at: new Date(clock.now()).toISOString(), user: 'admin' });
    expect(await system.activities(activities[0]?.at ?? '')).toEqual([]);
  });
});

describe('the labs side of the CML client', () => {
  it('takes a lab through its life', async () => {
    const { labs, licensed, clock } = open();
    await licensed();
    const { labId, warnings } = await labs.import(topology);
    expect(warnings).toEqual([]);
    await labs.patch(labId, { title: 'renamed', notes: 'lcm:test/s-1/2' });
    expect(await labs.list()).toMatchObject([
      { id: labId, title: 'renamed', notes: 'lcm:test/s-1/2', nodeCount: 3, state: 'DEFINED_ON_CORE' },
    ]);
    await labs.start(labId);
    await expect(labs.delete(labId)).rejects.toMatchObject({ code: 'conflict' });
    await clock.advance(60_000);
    expect(await labs.get(labId)).toMatchObject({ state: 'STARTED' });
    await labs.stop(labId);
    await clock.advance(60_000);
    await labs.wipe(labId);
    await labs.delete(labId);
    await labs.delete(labId);
    expect(await labs.get(labId)).toBeUndefined();
    expect(await labs.list()).toEqual([]);
  });

  it('reads all nodes at once with what they really have', async () => {
    const { labs, state } = open();
    const { labId } = await labs.import(topology);
    const before = state.requests.length;
    const nodes = await labs.nodes(labId);
    expect(state.requests.length - before).toBe(1);
    expect(nodes.map(({ label, nodeDefinition, x, tags }) => ({ label, nodeDefinition, x, tags }))).toEqual([
      { label: 'R1', nodeDefinition: 'iosv', x: 10, tags: ['serial:2000'] },
      { label: 'R2', nodeDefinition: 'iosv', x: 30, tags: [] },
      { label: 'out', nodeDefinition: 'external_connector', x: 0, tags: [] },
    ]);
    expect(nodes[0]?.memoryMb).toBeGreaterThan(0);
    await labs.setTags(labId, nodes[1]?.id ?? '', ['serial:2001', 'mine']);
    expect((await labs.nodes(labId))[1]?.tags).toEqual(['serial:2001', 'mine']);
  });

  it('brings configurations back, and says which node has none', async () => {
    const { labs, licensed, clock } = open();
    await licensed();
    const { labId } = await labs.import(topology);
    const [router, , connector] = await labs.nodes(labId);
    expect(await labs.extractConfiguration(labId, router?.id ?? '')).toMatchObject({ extracted: false });
    await labs.start(labId);
    await clock.advance(60_000);
    expect(await labs.extractConfiguration(labId, router?.id ?? '')).toEqual({ extracted: true });
    expect(await labs.extractConfiguration(labId, connector?.id ?? '')).toMatchObject({ extracted: false });
    expect(await labs.configurations(labId)).toMatchObject({
      R1: expect.stringContaining('hostname R1'),
      R2: expect.stringContaining('hostname R2'),
    });
  });

  it('captures packets of a link', async () => {
    const { labs, licensed, clock } = open();
    await licensed();
    const { labId } = await labs.import(topology);
    await labs.start(labId);
    await clock.advance(60_000);
    const [link] = await labs.links(labId);
    expect(link).toMatchObject({ state: 'STARTED' });
    const id = link?.id ?? '';
    expect(await labs.capture(labId, id)).toBeUndefined();
    await labs.startCapture(labId, id, { maxPackets: 5 });
    await clock.advance(3_000);
    await labs.stopCapture(labId, id);
    const pcap = await labs.capture(labId, id);
    expect([...(pcap ?? []).slice(0, 4)]).toEqual([0xd4, 0xc3, 0xb2, 0xa1]);
  });

  it('passes on what CML says of a topology that it does not take', async () => {
    const { labs } = open();
    await expect(labs.import('nodes: [')).rejects.toMatchObject({ code: 'rule' });
  });
});
