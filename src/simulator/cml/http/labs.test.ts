import { beforeEach, expect, test } from 'vitest';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
beforeEach(async () => {
  cml = await simulatedCml();
});

const statesOf = async (id: string): Promise<string[]> =>
  Object.values((await cml.call('GET', `labs/${id}/lab_element_state`)).body.nodes);

test('a lab is made, renamed, listed and deleted', async () => {
  const made = (await cml.call('POST', 'labs', { title: 'Mine', notes: 'n' })).body;
  expect(made).toMatchObject({ lab_title: 'Mine', lab_notes: 'n', state: 'DEFINED_ON_CORE', node_count: 0 });
  expect((await cml.call('GET', 'labs')).body).toEqual([made.id]);
  const changed = await cml.call('PATCH', `labs/${made.id}`, { title: 'Yours', description: 'd' });
  expect(changed.body).toMatchObject({ lab_title: 'Yours', lab_description: 'd', lab_notes: 'n' });
  expect((await cml.call('DELETE', `labs/${made.id}`)).status).toBe(204);
  const gone = await cml.call('GET', `labs/${made.id}`);
  expect(gone).toMatchObject({ status: 404, body: { code: 404, description: `Lab not found: ${made.id}` } });
});

test('a lab boots in time: queued, started, booted, and the lab itself is never BOOTED', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('DEFINED_ON_CORE');
  expect((await cml.call('PUT', `labs/${id}/start`)).status).toBe(204);
  expect(await statesOf(id)).toEqual(['QUEUED', 'BOOTED', 'QUEUED']);
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('STARTED');
  expect((await cml.call('GET', `labs/${id}/check_if_converged`)).body).toBe(false);
  await cml.clock.advance(300);
  expect(await statesOf(id)).toEqual(['STARTED', 'BOOTED', 'STARTED']);
  await cml.clock.advance(2_500);
  const { nodes, links, interfaces } = (await cml.call('GET', `labs/${id}/lab_element_state`)).body;
  expect(new Set(Object.values(nodes))).toEqual(new Set(['BOOTED']));
  expect(new Set(Object.values(links))).toEqual(new Set(['STARTED']));
  expect(new Set(Object.values(interfaces))).toEqual(new Set(['STARTED']));
  expect((await cml.call('GET', `labs/${id}/check_if_converged`)).body).toBe(true);
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('STARTED');
});

test('a lab is deleted only when it is stopped and wiped', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  await cml.call('PUT', `labs/${id}/start`);
  await cml.clock.advance(3_000);
  expect((await cml.call('DELETE', `labs/${id}`)).body.description).toContain('stopped and wiped');
  expect((await cml.call('PUT', `labs/${id}/wipe`)).status).toBe(400);
  await cml.call('PUT', `labs/${id}/stop`);
  expect((await cml.call('GET', `labs/${id}/check_if_converged`)).body).toBe(false);
  expect((await cml.call('PUT', `labs/${id}/wipe`)).status).toBe(400);
  await cml.clock.advance(500);
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('STOPPED');
  expect((await cml.call('DELETE', `labs/${id}`)).status).toBe(400);
  expect((await cml.call('PUT', `labs/${id}/wipe`)).status).toBe(204);
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('DEFINED_ON_CORE');
  expect((await cml.call('DELETE', `labs/${id}`)).status).toBe(204);
});

test('the ledger knows which labs exist and which run, to the millisecond', async () => {
  await cml.license();
  const { ledger } = cml.world;
  const id = await cml.import(twoRouters);
  expect(ledger.openEntries('lab').map((entry) => entry.id)).toEqual([id]);
  expect(ledger.openEntries('runningLab')).toEqual([]);
  await cml.call('PUT', `labs/${id}/start`);
  expect(ledger.openEntries('runningLab').map((entry) => entry.id)).toEqual([id]);
  await cml.clock.advance(3_000);
  const stoppedAt = cml.clock.now() + 500;
  await cml.call('PUT', `labs/${id}/stop`);
  expect(ledger.openEntries('runningLab')).toHaveLength(1);
  // Nobody asks: it closes by itself.
  await cml.clock.advance(60_000);
  expect(ledger.all().find((entry) => entry.kind === 'runningLab')?.closedAt).toBe(
    new Date(stoppedAt).toISOString(),
  );
  await cml.call('PUT', `labs/${id}/wipe`);
  await cml.call('DELETE', `labs/${id}`);
  expect(ledger.openEntries('lab')).toEqual([]);
});

test('starting what runs changes nothing, and stopping during boot calls the boot off', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  await cml.call('PUT', `labs/${id}/start`);
  await cml.clock.advance(1_000);
  expect((await cml.call('PUT', `labs/${id}/start`)).status).toBe(204);
  await cml.call('PUT', `labs/${id}/stop`);
  await cml.clock.advance(10_000);
  expect(new Set(await statesOf(id))).toEqual(new Set(['STOPPED']));
  const events = (await cml.call('GET', 'telemetry/events')).body;
  const booted = events.filter((one: { category: string }) => one.category === 'boot_node');
  expect(booted.map((one: { data: { node_label: string } }) => one.data.node_label)).toEqual(['SW']);
});

test('a lab that is still stopping cannot be started', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  await cml.call('PUT', `labs/${id}/start`);
  await cml.clock.advance(5_000);
  await cml.call('PUT', `labs/${id}/stop`);
  expect((await cml.call('PUT', `labs/${id}/start`)).body.description).toContain('still stopping');
  await cml.clock.advance(500);
  expect((await cml.call('PUT', `labs/${id}/start`)).status).toBe(204);
});

test('every operation is in telemetry with its user and its time', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  await cml.call('PUT', `labs/${id}/start`);
  await cml.clock.advance(3_000);
  await cml.call('PUT', `labs/${id}/stop`);
  await cml.clock.advance(1_000);
  await cml.call('PUT', `labs/${id}/wipe`);
  const events = (await cml.call('GET', 'telemetry/events')).body;
  const seen = new Set(events.map((one: { category: string }) => one.category));
  for (const category of [
    'user_activity',
    'import_lab',
    'queue_node',
    'start_node',
    'boot_node',
    'start_lab',
    'stop_lab',
    'stop_node',
    'wipe_node',
  ])
    expect(seen).toContain(category);
  const start = events.find((one: { category: string }) => one.category === 'start_lab');
  expect(start.data).toMatchObject({ lab_id: id, username: 'admin' });
  expect(start.timestamp).toBe('2026-01-01T00:00:02.000Z');
  const own = (await cml.call('GET', `labs/${id}/events`)).body;
  expect(own.every((one: { data: { lab_id: string } }) => one.data.lab_id === id)).toBe(true);
});

test("others' labs are hidden until they are shared", async () => {
  const ann = (await cml.call('POST', 'users', { username: 'ann', password: 'pw' })).body;
  const id = (await cml.call('POST', 'labs', { title: 'secret' })).body.id;
  await cml.logIn('ann', 'pw');
  expect((await cml.call('GET', `labs/${id}`)).body.description).toBe(`Lab not found: ${id}`);
  expect((await cml.call('GET', 'labs?show_all=true')).body).toEqual([]);
  await cml.logIn();
  await cml.call('PATCH', `labs/${id}/associations`, { users: [{ id: ann.id, permissions: ['lab_view'] }] });
  await cml.logIn('ann', 'pw');
  expect((await cml.call('GET', 'labs')).body).toEqual([id]);
  expect((await cml.call('GET', `labs/${id}`)).body.effective_permissions).toEqual(['lab_view']);
  expect((await cml.call('PUT', `labs/${id}/start`)).status).toBe(403);
});

test('an administrator sees the labs of others only when all are asked for', async () => {
  await cml.call('POST', 'users', { username: 'ann', password: 'pw' });
  await cml.logIn('ann', 'pw');
  const id = (await cml.call('POST', 'labs', {})).body.id;
  await cml.logIn();
  expect((await cml.call('GET', 'labs')).body).toEqual([]);
  expect((await cml.call('GET', 'labs?show_all=true')).body).toEqual([id]);
});

test('a host that is ONLINE but not READY starts nothing', async () => {
  await cml.license();
  const id = await cml.import(twoRouters);
  const [host] = (await cml.call('GET', 'system/compute_hosts')).body;
  await cml.call('PATCH', `system/compute_hosts/${host.id}`, { admission_state: 'ONLINE' });
  const refused = await cml.call('PUT', `labs/${id}/start`);
  expect(refused).toMatchObject({ status: 403 });
  expect(refused.body.description).toContain('ONLINE');
  await cml.call('PATCH', `system/compute_hosts/${host.id}`, { admission_state: 'READY' });
  expect((await cml.call('PUT', `labs/${id}/start`)).status).toBe(204);
});

test('a host without enough memory starts nothing', async () => {
  cml = await simulatedCml({ capacity: { cpus: 8, memoryGb: 1, diskGb: 100 } });
  await cml.license();
  const id = await cml.import(twoRouters);
  const refused = await cml.call('PUT', `labs/${id}/start`);
  expect(refused.body.description).toContain('Not enough memory');
  expect((await cml.call('GET', `labs/${id}/state`)).body).toBe('DEFINED_ON_CORE');
});
