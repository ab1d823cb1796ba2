import { beforeEach, describe, expect, test } from 'vitest';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
let lab: string;
let r1: string;
let sw: string;
let r2: string;
beforeEach(async () => {
  cml = await simulatedCml();
  lab = `labs/${await cml.import(twoRouters)}`;
  [r1 = '', sw = '', r2 = ''] = (await cml.call('GET', `${lab}/nodes`)).body;
});

async function boot(): Promise<void> {
  await cml.license();
  await cml.call('PUT', `${lab}/start`);
  await cml.clock.advance(5_000);
}

describe('reading', () => {
  test('the bulk read has states and what the nodes really run with', async () => {
    await boot();
    const nodes = (
      await cml.call('GET', `${lab}/nodes?data=true&operational=true&exclude_configurations=true`)
    ).body;
    expect(nodes[0]).toMatchObject({
      id: r1,
      label: 'R1',
      state: 'BOOTED',
      boot_progress: 'Booted',
      ram: null,
    });
    expect(nodes[0]).not.toHaveProperty('configuration');
    expect(nodes[0].operational).toMatchObject({ ram: 512, cpus: 1, image_definition: 'iosv-159-3-m9' });
    expect(nodes[0].operational.serial_consoles).toHaveLength(1);
    expect(nodes[1].operational.serial_consoles).toEqual([]);
  });

  test('a node that is not there is 404 in the words that clients look for', async () => {
    const answer = await cml.call('GET', `${lab}/nodes/nothing`);
    expect(answer).toMatchObject({ status: 404, body: { description: 'Node not found: nothing' } });
  });
});

describe('changing', () => {
  test('a new node can have its interfaces made at once', async () => {
    const answer = await cml.call('POST', `${lab}/nodes?populate_interfaces=true`, {
      label: 'R3',
      node_definition: 'iosv',
      x: 5,
      y: 6,
    });
    const node = (await cml.call('GET', `${lab}/nodes/${answer.body.id}`)).body;
    expect(node).toMatchObject({ label: 'R3', x: 5, state: 'DEFINED_ON_CORE', configuration: null });
    const interfaces = (await cml.call('GET', `${lab}/nodes/${node.id}/interfaces?data=true`)).body;
    expect(interfaces.map((one: { label: string }) => one.label)).toEqual([
      'Loopback0',
      'GigabitEthernet0/0',
      'GigabitEthernet0/1',
      'GigabitEthernet0/2',
      'GigabitEthernet0/3',
    ]);
  });

  test('a PATCH answers the id in quotes and leaves the other fields alone', async () => {
    const answer = await cml.call('PATCH', `${lab}/nodes/${r1}`, { tags: ['serial:5009'] });
    expect(answer.body).toBe(r1);
    const node = (await cml.call('GET', `${lab}/nodes/${r1}`)).body;
    expect(node.tags).toEqual(['serial:5009']);
    expect(node.label).toBe('R1');
    expect(node.configuration[0].content).toContain('hostname R1');
  });

  test('a text sets the main file, an object one file, a list all of them', async () => {
    const configuration = async () => (await cml.call('GET', `${lab}/nodes/${r1}`)).body.configuration;
    await cml.call('PATCH', `${lab}/nodes/${r1}`, { configuration: 'hostname A' });
    expect(await configuration()).toEqual([{ name: 'ios_config.txt', content: 'hostname A' }]);
    await cml.call('PATCH', `${lab}/nodes/${r1}`, { configuration: { name: 'extra.txt', content: 'x' } });
    expect(await configuration()).toHaveLength(2);
    await cml.call('PATCH', `${lab}/nodes/${r1}`, { configuration: [{ name: 'only.txt', content: 'y' }] });
    expect(await configuration()).toEqual([{ name: 'only.txt', content: 'y' }]);
  });

  test('parameters are merged, and null takes one away', async () => {
    await cml.call('PATCH', `${lab}/nodes/${r1}`, { parameters: { a: '1', b: '2' } });
    await cml.call('PATCH', `${lab}/nodes/${r1}`, { parameters: { a: null, c: '3' } });
    expect((await cml.call('GET', `${lab}/nodes/${r1}`)).body.parameters).toEqual({ b: '2', c: '3' });
  });

  test('a running node keeps its resources, but its tags can change', async () => {
    await boot();
    expect((await cml.call('PATCH', `${lab}/nodes/${r1}`, { ram: 1024 })).status).toBe(400);
    expect((await cml.call('PATCH', `${lab}/nodes/${r1}`, { tags: [] })).status).toBe(200);
    expect((await cml.call('DELETE', `${lab}/nodes/${r1}`)).status).toBe(400);
  });

  test('deleting a node deletes its links', async () => {
    expect((await cml.call('DELETE', `${lab}/nodes/${sw}`)).status).toBe(204);
    expect((await cml.call('GET', `${lab}/links`)).body).toEqual([]);
    expect((await cml.call('GET', `${lab}/nodes`)).body).toEqual([r1, r2]);
  });

  test('wrong values are refused by name', async () => {
    const answer = await cml.call('PATCH', `${lab}/nodes/${r1}`, { x: 99_999 });
    expect(answer).toMatchObject({ status: 400, body: { description: expect.stringContaining('body.x') } });
  });
});

describe('running', () => {
  test('one node is started, stopped and wiped by itself', async () => {
    await cml.license();
    await cml.call('PUT', `${lab}/nodes/${r2}/state/start`);
    await cml.clock.advance(5_000);
    expect((await cml.call('GET', `${lab}/nodes/${r2}/state`)).body).toEqual({
      state: 'BOOTED',
      progress: 'Booted',
    });
    expect((await cml.call('GET', `${lab}/nodes/${r1}/state`)).body.state).toBe('DEFINED_ON_CORE');
    expect((await cml.call('PUT', `${lab}/nodes/${r2}/wipe_disks`)).status).toBe(400);
    await cml.call('PUT', `${lab}/nodes/${r2}/state/stop`);
    await cml.clock.advance(500);
    expect((await cml.call('GET', `${lab}/nodes/${r2}/check_if_converged`)).body).toBe(true);
    expect((await cml.call('PUT', `${lab}/nodes/${r2}/wipe_disks`)).status).toBe(204);
    expect((await cml.call('GET', `${lab}/state`)).body).toBe('DEFINED_ON_CORE');
  });

  test('the console log begins with the boot and belongs to running nodes only', async () => {
    expect((await cml.call('GET', `${lab}/nodes/${r1}/consoles/0/log`)).status).toBe(400);
    await boot();
    const log = (await cml.call('GET', `${lab}/nodes/${r1}/consoles/0/log`)).body;
    expect(log).toMatch(/^\|0\|Booting IOSv/);
    expect(log.split('\r\n')).toHaveLength(2);
    expect((await cml.call('GET', `${lab}/nodes/${r1}/consoles/0/log?lines=1`)).body).toMatch(
      /RETURN to get started!$/,
    );
    expect((await cml.call('GET', `${lab}/nodes/${r1}/consoles/1/log`)).status).toBe(400);
    expect((await cml.call('GET', `${lab}/nodes/${sw}/consoles/0/log`)).status).toBe(400);
  });

  test('console and VNC keys are strings in quotes, where there is a console', async () => {
    expect((await cml.call('GET', `${lab}/nodes/${r1}/keys/console`)).body).toMatch(/^[\w-]{36}$/);
    expect((await cml.call('GET', `${lab}/nodes/${r1}/keys/vnc`)).body).toMatch(/^[\w-]{36}$/);
    expect((await cml.call('GET', `${lab}/nodes/${sw}/keys/console`)).status).toBe(400);
  });
});

describe('configurations', () => {
  test('are extracted from booted nodes only', async () => {
    expect((await cml.call('PUT', `${lab}/nodes/${r1}/extract_configuration`)).status).toBe(400);
    await boot();
    expect((await cml.call('PUT', `${lab}/nodes/${r1}/extract_configuration`)).status).toBe(200);
    expect((await cml.call('PUT', `${lab}/nodes/${sw}/extract_configuration`)).status).toBe(400);
  });

  test('a node without one gets a simple one by bootstrap', async () => {
    const { id } = (await cml.call('POST', `${lab}/nodes`, { label: 'R 9', node_definition: 'iosv' })).body;
    await cml.call('GET', `${lab}/bootstrap`);
    const { configuration } = (await cml.call('GET', `${lab}/nodes/${id}`)).body;
    expect(configuration[0]).toMatchObject({ name: 'ios_config.txt' });
    expect(configuration[0].content).toContain('hostname R-9');
  });
});
