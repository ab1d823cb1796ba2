import { beforeEach, describe, expect, test } from 'vitest';
import { parseConfig, renderConfig } from './config-tree.ts';
import type { Device } from './device.ts';
import { iosShell, type Shell } from './ios-shell.ts';
import type { Network } from './network.ts';

let devices: Device[];
let saved: string;
let shell: Shell;

const device = (id: string, config: string, labels: string[]): Device => ({
  id,
  label: id,
  platform: 'iosv',
  isSwitch: false,
  config: parseConfig(config),
  interfaces: labels.map((label) => ({ label, physical: true, carrier: true, mac: '52:54:00:00:00:01' })),
  uptimeSeconds: 3_720,
});

/** R1 -(10.0.0.0/30)- R2 -(10.0.0.4/30)- R3, all in area 0. */
beforeEach(() => {
  devices = [
    device(
      'R1',
      'hostname R1\ninterface Loopback0\n ip address 1.1.1.1 255.255.255.255\ninterface Gi0/0\n!\ninterface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.252\ninterface GigabitEthernet0/1\n shutdown\nrouter ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n network 1.1.1.1 0.0.0.0 area 0\nip route 0.0.0.0 0.0.0.0 10.0.0.2\n',
      ['GigabitEthernet0/0', 'GigabitEthernet0/1'],
    ),
    device(
      'R2',
      'hostname R2\ninterface GigabitEthernet0/0\n ip address 10.0.0.2 255.255.255.252\ninterface GigabitEthernet0/1\n ip address 10.0.0.5 255.255.255.252\nrouter ospf 1\n router-id 2.2.2.2\n network 10.0.0.0 0.0.0.255 area 0\n',
      ['GigabitEthernet0/0', 'GigabitEthernet0/1'],
    ),
    device(
      'R3',
      'hostname R3\ninterface GigabitEthernet0/0\n ip address 10.0.0.6 255.255.255.252\ninterface GigabitEthernet0/1\n ip address 192.168.3.1 255.255.255.0\nrouter ospf 1\n network 0.0.0.0 255.255.255.255 area 0\n',
      ['GigabitEthernet0/0', 'GigabitEthernet0/1'],
    ),
  ];
  const wires = [
    ['R1 GigabitEthernet0/0', 'R2 GigabitEthernet0/0'],
    ['R2 GigabitEthernet0/1', 'R3 GigabitEthernet0/0'],
  ];
  const network = (): Network => ({
    devices,
    segment: (deviceId, name) =>
      wires
        .filter((wire) => wire.includes(`${deviceId} ${name}`))
        .flatMap((wire) => wire.filter((end) => end !== `${deviceId} ${name}`))
        .map((end) => ({ deviceId: end.split(' ')[0] ?? '', name: end.split(' ')[1] ?? '' })),
  });
  const own = () => devices[0] ?? device('R1', '', []);
  saved = 'nothing yet';
  shell = iosShell({
    device: own,
    network,
    change: (config) => {
      devices[0] = { ...own(), config };
    },
    save: () => {
      saved = renderConfig(own().config);
    },
    startup: () => saved,
  });
});

const type = (...lines: string[]) => lines.map((line) => shell.execute(line)).join('');

describe('modes', () => {
  test('the prompt tells the mode', () => {
    expect(shell.prompt()).toBe('R1>');
    type('en');
    expect(shell.prompt()).toBe('R1#');
    type('conf t');
    expect(shell.prompt()).toBe('R1(config)#');
    type('int gi0/1');
    expect(shell.prompt()).toBe('R1(config-if)#');
    type('router ospf 1');
    expect(shell.prompt()).toBe('R1(config-router)#');
    type('exit');
    expect(shell.prompt()).toBe('R1(config)#');
    type('hostname EDGE');
    expect(shell.prompt()).toBe('EDGE(config)#');
    type('end');
    expect(shell.prompt()).toBe('EDGE#');
    type('disable');
    expect(shell.prompt()).toBe('EDGE>');
  });

  test('the configuration is for privileged users', () => {
    expect(type('show running-config')).toContain('Invalid input');
    expect(type('configure terminal')).toContain('Invalid input');
  });

  test('nonsense is refused and changes nothing', () => {
    const before = renderConfig(devices[0]?.config ?? []);
    expect(type('enable', 'frobnicate')).toContain('Invalid input');
    expect(type('conf t', 'frobnicate all')).toContain('Invalid input');
    expect(renderConfig(devices[0]?.config ?? [])).toBe(before);
  });
});

describe('configuring', () => {
  test('what is typed is in the running configuration', () => {
    type('enable', 'conf t', 'int gi0/1', 'ip address 10.9.9.1 255.255.255.0', 'no shut', 'end');
    const shown = type('sh run');
    expect(shown).toMatch(/^Building configuration/);
    expect(shown).toContain('interface GigabitEthernet0/1\n ip address 10.9.9.1 255.255.255.0\n!');
    expect(type('show running-config interface g0/1')).toContain('10.9.9.1');
  });

  test('it is saved by writing it to memory', () => {
    type('enable', 'conf t', 'hostname SAVED', 'end');
    expect(saved).toBe('nothing yet');
    expect(type('wr')).toContain('[OK]');
    expect(type('show startup-config')).toContain('hostname SAVED');
  });

  test('a show command works from configure mode behind do', () => {
    expect(type('enable', 'conf t', 'do show ip int br')).toContain('10.0.0.1');
  });
});

describe('showing', () => {
  test('interfaces with their addresses and states', () => {
    const lines = type('show ip interface brief').split('\n');
    expect(lines[1]).toMatch(/^GigabitEthernet0\/0 +10\.0\.0\.1 +YES NVRAM +up +up$/);
    expect(lines[2]).toMatch(/^GigabitEthernet0\/1 +unassigned +YES unset +administratively down +down$/);
    expect(lines.some((line) => line.startsWith('Loopback0'))).toBe(true);
  });

  test('routes: connected, local, static and those that OSPF learned over two hops', () => {
    const routes = type('show ip route');
    expect(routes).toContain('Gateway of last resort is 10.0.0.2 to network 0.0.0.0');
    expect(routes).toMatch(/^C +10\.0\.0\.0\/30 is directly connected, GigabitEthernet0\/0$/m);
    expect(routes).toMatch(/^L +10\.0\.0\.1\/32 /m);
    expect(routes).toMatch(/^S\* +0\.0\.0\.0\/0 \[1\/0\] via 10\.0\.0\.2$/m);
    expect(routes).toMatch(/^O +192\.168\.3\.0\/24 \[110\/3\] via 10\.0\.0\.2, .*GigabitEthernet0\/0$/m);
    const learned = type('show ip route ospf')
      .split('\n')
      .filter((line) => /^[CLSO]/.test(line) && !line.startsWith('Codes'));
    expect(learned.every((line) => line.startsWith('O'))).toBe(true);
  });

  test('OSPF: neighbours and the database of everybody reachable', () => {
    expect(type('show ip ospf neighbor')).toMatch(/^2\.2\.2\.2 .*FULL.*10\.0\.0\.2 +GigabitEthernet0\/0$/m);
    const database = type('show ip ospf database');
    for (const id of ['1.1.1.1', '2.2.2.2', '192.168.3.1'])
      expect(database).toMatch(new RegExp(`^${id} `, 'm'));
    expect(database).toContain('Net Link States (Area 0)');
  });

  test('shutting the link down loses the neighbour and its routes', () => {
    type('enable', 'conf t', 'int gi0/0', 'shutdown', 'end');
    expect(type('show ip ospf neighbor')).not.toContain('2.2.2.2');
    expect(type('show ip route')).not.toContain('192.168.3.0');
  });

  test('lines are filtered behind a bar', () => {
    type('enable');
    expect(type('show running-config | include hostname')).toBe('hostname R1\n');
    expect(type('sh run | section router ospf')).toBe(
      'router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n network 1.1.1.1 0.0.0.0 area 0\n',
    );
  });

  test('what only a switch has, a router does not know', () => {
    expect(type('show vlan brief')).toContain('Invalid input');
  });

  test('the version and how long it is up', () => {
    expect(type('show version')).toContain('R1 uptime is 1 hours, 2 minutes');
  });
});

describe('a switch', () => {
  beforeEach(() => {
    const config =
      'hostname SW1\nvlan 10\n name USERS\nvlan 20\ninterface Ethernet0/0\n switchport trunk encapsulation dot1q\n switchport mode trunk\n switchport trunk allowed vlan 10,20,99\ninterface Ethernet0/1\n switchport access vlan 10\n switchport mode access\ninterface Vlan10\n ip address 10.10.0.2 255.255.255.0\n';
    devices[0] = {
      ...device('SW1', config, ['Ethernet0/0', 'Ethernet0/1', 'Ethernet0/2']),
      isSwitch: true,
    };
  });

  test('shows its VLANs with the access ports in them', () => {
    const table = type('show vlan brief');
    expect(table).toMatch(/^1 +default +active +Et0\/2$/m);
    expect(table).toMatch(/^10 +USERS +active +Et0\/1$/m);
    expect(table).toMatch(/^20 +VLAN0020 +active$/m);
  });

  test('shows its trunks and which of their VLANs exist', () => {
    const table = type('show interfaces trunk');
    expect(table).toMatch(/^Et0\/0 +on +802\.1q +trunking +1$/m);
    expect(table).toMatch(/allowed on trunk\nEt0\/0 +10,20,99$/m);
    expect(table).toMatch(/management domain\nEt0\/0 +10,20$/m);
  });

  test('has its VLAN interface up once the VLAN exists', () => {
    expect(type('show ip int br')).toMatch(/^Vlan10 +10\.10\.0\.2 .* up +up$/m);
    type('enable', 'conf t', 'no vlan 10', 'end');
    expect(type('show ip int br')).toMatch(/^Vlan10 +10\.10\.0\.2 .* down +down$/m);
  });

  test('shows the status of its ports', () => {
    expect(type('show interfaces status')).toMatch(/^Et0\/0 .*connected +trunk/m);
  });
});
