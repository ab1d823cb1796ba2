import { beforeEach, expect, test } from 'vitest';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
let lab: string;
let r1: string;
let sw: string;
let r2: string;
let links: string[];
beforeEach(async () => {
  cml = await simulatedCml();
  lab = `labs/${await cml.import(twoRouters)}`;
  [r1 = '', sw = '', r2 = ''] = (await cml.call('GET', `${lab}/nodes`)).body;
  links = (await cml.call('GET', `${lab}/links`)).body;
});

async function boot(): Promise<void> {
  await cml.license();
  await cml.call('PUT', `${lab}/start`);
  await cml.clock.advance(5_000);
}

test('an interface comes in the next free slot, or up to the slot asked for', async () => {
  const next = (await cml.call('POST', `${lab}/interfaces`, { node: r1 })).body;
  expect(next).toMatchObject({ label: 'GigabitEthernet0/1', slot: 1, type: 'physical', is_connected: false });
  const upTo = (await cml.call('POST', `${lab}/interfaces`, { node: r1, slot: 4 })).body;
  expect(upTo.map((one: { slot: number }) => one.slot)).toEqual([2, 3, 4]);
  expect((await cml.call('POST', `${lab}/interfaces`, { node: r1, slot: 4 })).status).toBe(400);
  expect((await cml.call('POST', `${lab}/interfaces`, { node: r1, slot: 99 })).status).toBe(400);
});

test('interfaces are shut and brought up by themselves', async () => {
  await boot();
  const [, gigabit] = (await cml.call('GET', `${lab}/nodes/${r1}/interfaces`)).body;
  const path = `${lab}/interfaces/${gigabit}`;
  expect((await cml.call('GET', path)).body).toMatchObject({
    state: 'STARTED',
    is_connected: true,
    node: r1,
  });
  await cml.call('PUT', `${path}/state/stop`);
  expect((await cml.call('GET', `${path}/state`)).body).toEqual({ state: 'STOPPED' });
  await cml.call('PUT', `${path}/state/start`);
  expect((await cml.call('GET', `${path}/state`)).body).toEqual({ state: 'STARTED' });
});

test('deleting an interface deletes its link', async () => {
  const [, gigabit] = (await cml.call('GET', `${lab}/nodes/${r1}/interfaces`)).body;
  expect((await cml.call('DELETE', `${lab}/interfaces/${gigabit}`)).status).toBe(204);
  expect((await cml.call('GET', `${lab}/links`)).body).toEqual([links[1]]);
});

test('the addresses of booted nodes are seen by MAC', async () => {
  expect((await cml.call('GET', `${lab}/layer3_addresses`)).body[r1].interfaces).toEqual({});
  await boot();
  const seen = (await cml.call('GET', `${lab}/layer3_addresses`)).body[r1];
  expect(seen.name).toBe('R1');
  const [[mac, entry] = []] = Object.entries(seen.interfaces);
  expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(entry).toMatchObject({ label: 'GigabitEthernet0/0', ip4: ['10.0.0.1'] });
  const own = (await cml.call('GET', `${lab}/nodes/${r2}/layer3_addresses`)).body;
  expect(Object.values(own.interfaces)).toHaveLength(1);
});

test('a link joins two free interfaces of different nodes', async () => {
  const one = (await cml.call('POST', `${lab}/interfaces`, { node: r1 })).body.id;
  const other = (await cml.call('POST', `${lab}/interfaces`, { node: r2 })).body.id;
  const made = (await cml.call('POST', `${lab}/links`, { src_int: one, dst_int: other })).body;
  expect(made.label).toBe('R1-GigabitEthernet0/1<->R2-Ethernet0/2');
  const again = await cml.call('POST', `${lab}/links`, { src_int: one, dst_int: other });
  expect(again).toMatchObject({ status: 400 });
  const [loopback] = (await cml.call('GET', `${lab}/nodes/${r1}/interfaces`)).body;
  const free = (await cml.call('POST', `${lab}/interfaces`, { node: sw })).body.id;
  expect((await cml.call('POST', `${lab}/links`, { src_int: loopback, dst_int: free })).status).toBe(400);
  expect((await cml.call('DELETE', `${lab}/links/${made.id}`)).status).toBe(204);
  expect((await cml.call('GET', `${lab}/links/${made.id}`)).body.description).toBe(
    `Link not found: ${made.id}`,
  );
});

test('a link is up when both its ends are', async () => {
  const path = `${lab}/links/${links[0]}`;
  expect((await cml.call('GET', `${path}/state`)).body).toEqual({ state: 'DEFINED_ON_CORE' });
  await boot();
  expect((await cml.call('GET', path)).body).toMatchObject({ state: 'STARTED', node_a: r1, node_b: sw });
  await cml.call('PUT', `${path}/state/stop`);
  expect((await cml.call('GET', `${path}/state`)).body).toEqual({ state: 'STOPPED' });
});

test('a condition is set, read and taken away, within bounds', async () => {
  const path = `${lab}/links/${links[0]}/condition`;
  expect((await cml.call('GET', path)).body).toEqual({});
  await cml.call('PATCH', path, { bandwidth: 512, loss: 1.5 });
  expect((await cml.call('GET', path)).body).toEqual({ enabled: true, bandwidth: 512, loss: 1.5 });
  expect((await cml.call('PATCH', path, { loss: 101 })).status).toBe(400);
  expect((await cml.call('PATCH', path, { nonsense: 1 })).status).toBe(400);
  expect((await cml.call('DELETE', path)).status).toBe(204);
  expect((await cml.call('GET', path)).body).toEqual({});
});

test('a capture counts packets in time and gives a pcap file', async () => {
  const path = `${lab}/links/${links[0]}/capture`;
  expect((await cml.call('PUT', `${path}/start`, { maxpackets: 10 })).status).toBe(400);
  await boot();
  expect((await cml.call('PUT', `${path}/start`, {})).status).toBe(400);
  expect((await cml.call('PUT', `${path}/start`, { maxpackets: 10 })).status).toBe(200);
  await cml.clock.advance(4_000);
  const key = (await cml.call('GET', `${path}/key`)).body;
  expect((await cml.call('GET', `${path}/status`)).body).toMatchObject({
    packetscaptured: 5,
    config: { link_capture_key: key, maxpackets: 10 },
  });
  await cml.call('PUT', `${path}/stop`);
  await cml.clock.advance(60_000);
  expect((await cml.call('GET', `pcap/${key}/packets`)).body).toHaveLength(5);
  const file = await cml.call('GET', `pcap/${key}`);
  expect(file.type).toBe('application/vnd.tcpdump.pcap');
  expect(file.bytes.readUInt32LE(0)).toBe(0xa1b2c3d4);
  const frame = file.bytes.readUInt32LE(24 + 8);
  expect(file.bytes).toHaveLength(24 + 5 * (16 + frame));
  expect((await cml.call('GET', 'pcap/nothing')).status).toBe(404);
});

test('statistics grow with time while the lab runs', async () => {
  const idle = (await cml.call('GET', `${lab}/simulation_stats`)).body;
  expect(idle.nodes[r1].cpu_usage).toBe(0);
  await boot();
  const stats = (await cml.call('GET', `${lab}/simulation_stats`)).body;
  expect(stats.nodes[r1].cpu_usage).toBeGreaterThan(0);
  await cml.clock.advance(10_000);
  const later = (await cml.call('GET', `${lab}/simulation_stats`)).body;
  const id = links[0] ?? '';
  expect(later.links[id].readpackets).toBe(stats.links[id].readpackets + 10);
});
