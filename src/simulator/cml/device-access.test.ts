import { beforeEach, expect, test } from 'vitest';
import { findDevice } from './device-access.ts';
import { type SimulatedCml, simulatedCml, twoRouters } from './simulated-cml.fixture.ts';

let cml: SimulatedCml;
let lab: string;
beforeEach(async () => {
  cml = await simulatedCml({ consoleHost: '10.1.2.3', hostname: 'cml-1.example' });
  await cml.license();
  lab = `labs/${await cml.import(twoRouters)}`;
  await cml.call('PUT', `${lab}/start`);
});

const find = (host = '10.1.2.3', port = 5001) => findDevice(cml.world, host, port);
const r1 = async () => (await cml.call('GET', `${lab}/nodes?data=true`)).body[0];

test('a device is found by host and port once it has booted, and until it is stopped', async () => {
  expect(find()).toBeUndefined();
  await cml.clock.advance(5_000);
  expect(find()).toMatchObject({ title: 'R1', nodeDefinition: 'iosv' });
  expect(find('cml-1.example')?.title).toBe('R1');
  expect(find('10.1.2.4')).toBeUndefined();
  expect(find('10.1.2.3', 5002)).toBeUndefined();
  await cml.call('PUT', `${lab}/stop`);
  expect(find()).toBeUndefined();
});

test('it starts with its day-0 configuration', async () => {
  await cml.clock.advance(5_000);
  expect(find()?.runningConfig()).toBe((await r1()).configuration[0].content);
});

test('what is applied to it is what gets extracted, into the same file', async () => {
  await cml.clock.advance(5_000);
  find()?.applyConfiguration('interface Loopback0\n ip address 1.1.1.1 255.255.255.255\n', 'merge');
  expect((await r1()).configuration[0].content).not.toContain('1.1.1.1');
  await cml.call('PUT', `${lab}/nodes/${(await r1()).id}/extract_configuration`);
  const [file, ...others] = (await r1()).configuration;
  expect(others).toEqual([]);
  expect(file.name).toBe('ios_config.txt');
  expect(file.content).toContain('interface Loopback0\n ip address 1.1.1.1 255.255.255.255\n');
  expect(file.content).toContain('hostname R1');
});

test('what is entered at its console is answered there, and counts', async () => {
  await cml.clock.advance(5_000);
  const printed = find()?.enter([
    'configure terminal',
    'hostname AT-THE-CONSOLE',
    'end',
    'show running-config',
  ]);
  expect(printed?.at(-1)).toContain('hostname AT-THE-CONSOLE');
  expect(find()?.runningConfig()).toContain('hostname AT-THE-CONSOLE');
});

test('replacing leaves nothing of the old configuration', async () => {
  await cml.clock.advance(5_000);
  find()?.applyConfiguration('hostname OTHER', 'replace');
  expect(find()?.runningConfig()).toBe('hostname OTHER\n!\nend\n');
});

test('unsaved changes are lost by a stop, extracted ones are kept, a wipe forgets both', async () => {
  const restart = async () => {
    await cml.call('PUT', `${lab}/stop`);
    await cml.clock.advance(1_000);
    await cml.call('PUT', `${lab}/start`);
    await cml.clock.advance(5_000);
  };
  await cml.clock.advance(5_000);
  find()?.applyConfiguration('hostname UNSAVED', 'merge');
  await restart();
  expect(find()?.runningConfig()).toContain('hostname R1');
  find()?.applyConfiguration('hostname KEPT', 'merge');
  const { id, configuration } = await r1();
  await cml.call('PUT', `${lab}/nodes/${id}/extract_configuration`);
  await restart();
  expect(find()?.runningConfig()).toContain('hostname KEPT');
  await cml.call('PUT', `${lab}/stop`);
  await cml.clock.advance(1_000);
  await cml.call('PATCH', `${lab}/nodes/${id}`, { configuration });
  await cml.call('PUT', `${lab}/wipe`);
  await cml.call('PUT', `${lab}/start`);
  await cml.clock.advance(5_000);
  expect(find()?.runningConfig()).toContain('hostname R1');
});

test('changes survive a restart of the simulator', async () => {
  await cml.clock.advance(5_000);
  find()?.applyConfiguration('hostname STILL', 'merge');
  await cml.restart();
  expect(find()?.runningConfig()).toContain('hostname STILL');
});

test('a device without a configuration shows its interfaces, shut', async () => {
  await cml.call('PUT', `${lab}/stop`);
  await cml.clock.advance(1_000);
  await cml.call('PATCH', `${lab}/nodes/${(await r1()).id}`, { configuration: null });
  await cml.call('PUT', `${lab}/start`);
  await cml.clock.advance(5_000);
  expect(find()?.runningConfig()).toContain('interface GigabitEthernet0/0\n no ip address\n shutdown\n');
});
