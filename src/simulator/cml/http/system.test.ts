import { beforeEach, expect, test } from 'vitest';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
beforeEach(async () => {
  cml = await simulatedCml();
});

test('anybody may ask for the version', async () => {
  const response = await cml.server.app.inject({ method: 'GET', url: '/api/v0/system_information' });
  expect(response.json()).toEqual({
    version: '2.9.1+build.7',
    ready: true,
    allow_ssh_pubkey_auth: false,
    oui: '52:54:00',
  });
});

test('while the system boots it says so, and everything else is 502', async () => {
  let ready = false;
  cml = await simulatedCml({ ready: () => ready, version: '2.8.0+build.1' });
  expect((await cml.call('GET', 'system_information')).body).toMatchObject({
    ready: false,
    version: '2.8.0+build.1',
  });
  expect(await cml.call('POST', 'authenticate', { username: 'admin', password: 'admin' })).toMatchObject({
    status: 502,
    body: { code: 502 },
  });
  ready = true;
  await cml.logIn();
  expect((await cml.call('GET', 'authok')).body).toBe('OK');
});

test('statistics count what running nodes take, by their definitions where nothing is said', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  const host = async () => {
    const { computes } = (await cml.call('GET', 'system_stats')).body;
    return Object.values<{ stats: { dominfo: object; cpu: { count: number }; memory: { total: number } } }>(
      computes,
    )[0]?.stats;
  };
  expect((await host())?.dominfo).toMatchObject({ running_nodes: 0, allocated_cpus: 0, allocated_memory: 0 });
  await cml.call('PUT', `labs/${id}/start`);
  const stats = await host();
  expect(stats?.dominfo).toEqual({
    total_nodes: 3,
    total_orphans: 0,
    running_nodes: 3,
    running_orphans: 0,
    allocated_cpus: 2,
    allocated_memory: (512 + 1024) * 1024,
  });
  expect(stats?.cpu.count).toBe(96);
  expect(stats?.memory.total).toBe(192 * 1024 ** 3);
});

test('a compute host has exactly the keys that the real client takes', async () => {
  const [host] = (await cml.call('GET', 'system/compute_hosts')).body;
  expect(Object.keys(host).sort()).toEqual(
    [
      'id',
      'hostname',
      'server_address',
      'is_connector',
      'is_simulator',
      'is_connected',
      'is_synced',
      'admission_state',
      'node_counts',
    ].sort(),
  );
  expect(
    (await cml.call('PATCH', `system/compute_hosts/${host.id}`, { admission_state: 'ASLEEP' })).status,
  ).toBe(400);
  expect((await cml.call('PATCH', 'system/compute_hosts/other', { admission_state: 'READY' })).status).toBe(
    404,
  );
});

test('a maintenance notice is made, shown and taken away', async () => {
  const notice = (
    await cml.call('POST', 'system/notices', { label: 'Soon', content: 'Down at 8', enabled: true })
  ).body;
  await cml.call('PATCH', 'system/maintenance_mode', { maintenance_mode: true, notice: notice.id });
  expect((await cml.call('GET', 'system/maintenance_mode')).body).toMatchObject({
    maintenance_mode: true,
    notice: notice.id,
    resolved_notice: { label: 'Soon' },
  });
  await cml.call('DELETE', `system/notices/${notice.id}`);
  expect((await cml.call('GET', 'system/maintenance_mode')).body.notice).toBeNull();
  const events = (await cml.call('GET', 'telemetry/events')).body;
  expect(events.at(-1).category).toBe('maintenance_state_change');
});

test.each([
  'computes',
  'labs',
  'lab_events',
  'node_launch_queue',
  'services',
  'node_definitions',
  'user_list',
  'licensing',
  'startup_scheduler',
])('diagnostics knows %s', async (category) => {
  await cml.import(twoRouters);
  expect((await cml.call('GET', `diagnostics/${category}`)).status).toBe(200);
});

test('diagnostics shows what waits to be launched', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  await cml.call('PUT', `labs/${id}/start`);
  const queue = (await cml.call('GET', 'diagnostics/node_launch_queue')).body;
  expect(queue.map((one: { label: string }) => one.label)).toEqual(['R1', 'R2']);
  expect((await cml.call('GET', 'diagnostics/nonsense')).status).toBe(404);
});

test('definitions name what LCM needs, with their images', async () => {
  const definitions = (await cml.call('GET', 'node_definitions')).body;
  const ids = definitions.map((one: { id: string }) => one.id);
  for (const id of [
    'iosv',
    'iosvl2',
    'iol-xe',
    'ioll2-xe',
    'csr1000v',
    'cat8000v',
    'nxosv9000',
    'iosxrv9000',
    'asav',
    'alpine',
    'ubuntu',
    'server',
    'desktop',
    'external_connector',
    'unmanaged_switch',
  ])
    expect(ids).toContain(id);
  const iosv = (await cml.call('GET', 'node_definitions/iosv')).body;
  expect(iosv.sim.linux_native).toMatchObject({ ram: 512, cpus: 1 });
  expect(iosv.device.interfaces.physical[1]).toBe('GigabitEthernet0/1');
  const [image] = (await cml.call('GET', 'node_definitions/iosv/image_definitions')).body;
  expect((await cml.call('GET', `image_definitions/${image.id}`)).body).toMatchObject({
    node_definition_id: 'iosv',
    read_only: true,
  });
  expect((await cml.call('GET', 'simplified_node_definitions')).body[0].image_definitions).toHaveLength(1);
  expect((await cml.call('GET', 'node_definitions/toaster')).status).toBe(404);
});

test('errors are always a code and a description', async () => {
  expect((await cml.call('GET', 'no/such/thing')).body).toEqual({
    code: 404,
    description: 'Not found: GET /api/v0/no/such/thing',
  });
  const broken = await cml.server.app.inject({
    method: 'POST',
    url: '/api/v0/authenticate',
    headers: { 'content-type': 'application/json' },
    payload: '{',
  });
  expect(broken.json()).toMatchObject({ code: 400, description: expect.stringContaining('not valid JSON') });
});

test('external connectors are listed and changed', async () => {
  const [nat] = (await cml.call('GET', 'system/external_connectors')).body;
  expect(nat).toMatchObject({ device_name: 'virbr0', label: 'NAT' });
  const path = `system/external_connectors/${nat.id}`;
  expect((await cml.call('PATCH', path, { label: 'Out' })).body.label).toBe('Out');
  expect((await cml.call('DELETE', path)).status).toBe(204);
  expect((await cml.call('GET', path)).status).toBe(404);
});

test('the session timeout is changed in seconds', async () => {
  expect((await cml.call('PATCH', 'web_session_timeout/600')).body).toBe('OK');
  expect((await cml.call('GET', 'web_session_timeout')).body).toBe(600);
  expect((await cml.call('PATCH', 'web_session_timeout/1')).status).toBe(400);
});
