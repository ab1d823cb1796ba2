import { after, section } from './config-tree.ts';
import { type Device, type InterfaceStatus, interfacesOf } from './device.ts';
import { shortInterfaceName } from './interface-names.ts';
import { readVlans } from './vlan-list.ts';

/** `show ip interface brief` */
export function showIpInterfaceBrief(device: Device): string {
  const rows = interfacesOf(device).map((one) => {
    const status = one.shutdown ? 'administratively down' : one.up ? 'up' : 'down';
    return [
      one.name.padEnd(26),
      ' ',
      (one.address?.ip ?? 'unassigned').padEnd(15),
      ' YES ',
      (one.address ? 'NVRAM' : 'unset').padEnd(6),
      ' ',
      status.padEnd(21),
      ' ',
      one.up ? 'up' : 'down',
    ].join('');
  });
  return [
    'Interface                  IP-Address      OK? Method Status                Protocol',
    ...rows,
  ].join('\n');
}

/** `show vlan brief`: VLANs as configured, with the access ports that are in them. */
export function showVlanBrief(device: Device): string {
  const ports = new Map<number, string[]>();
  for (const one of physical(device)) {
    if (isTrunk(one) || one.lines.some((line) => line.text === 'no switchport')) continue;
    const vlan = Number(after(one.lines, 'switchport access vlan') ?? 1);
    ports.set(vlan, [...(ports.get(vlan) ?? []), shortInterfaceName(one.name)]);
  }
  const names = vlansOf(device);
  for (const vlan of ports.keys())
    if (!names.has(vlan)) names.set(vlan, `VLAN${String(vlan).padStart(4, '0')}`);
  const rows = [...names]
    .sort(([a], [b]) => a - b)
    .flatMap(([vlan, name]) => {
      const chunks = chunked(ports.get(vlan) ?? [], 4).map((some) => some.join(', '));
      const first = `${String(vlan).padEnd(4)} ${name.padEnd(32)} active    ${chunks[0] ?? ''}`.trimEnd();
      return [first, ...chunks.slice(1).map((some) => `${' '.repeat(48)}${some}`)];
    });
  const reserved = [
    [1002, 'fddi-default'],
    [1003, 'token-ring-default'],
    [1004, 'fddinet-default'],
    [1005, 'trnet-default'],
  ].map(([vlan, name]) => `${String(vlan).padEnd(4)} ${String(name).padEnd(32)} act/unsup`);
  return [
    '',
    'VLAN Name                             Status    Ports',
    '---- -------------------------------- --------- -------------------------------',
    ...rows,
    ...reserved,
  ].join('\n');
}

/** `show interfaces trunk`: ports in trunk mode whose link is up. */
export function showInterfacesTrunk(device: Device): string {
  const trunks = physical(device).filter((one) => isTrunk(one) && one.up);
  if (trunks.length === 0) return '';
  const known = new Set(vlansOf(device).keys());
  const allowed = (one: InterfaceStatus) => after(one.lines, 'switchport trunk allowed vlan') ?? '1-4094';
  const active = (one: InterfaceStatus) => {
    const some = [...readVlans(allowed(one))].filter((vlan) => known.has(vlan));
    return some.length === 0 ? 'none' : some.join(',');
  };
  const port = (one: InterfaceStatus) => shortInterfaceName(one.name).padEnd(12);
  const table = (title: string, value: (one: InterfaceStatus) => string) => [
    '',
    `Port        ${title}`,
    ...trunks.map((one) => `${port(one)}${value(one)}`),
  ];
  return [
    '',
    'Port        Mode             Encapsulation  Status        Native vlan',
    ...trunks.map(
      (one) =>
        `${port(one)}on               802.1q         trunking      ${after(one.lines, 'switchport trunk native vlan') ?? '1'}`,
    ),
    ...table('Vlans allowed on trunk', allowed),
    ...table('Vlans allowed and active in management domain', active),
    ...table('Vlans in spanning tree forwarding state and not pruned', active),
  ].join('\n');
}

/** `show interfaces status` */
export function showInterfacesStatus(device: Device): string {
  const rows = physical(device).map((one) => {
    const status = one.shutdown ? 'disabled' : one.up ? 'connected' : 'notconnect';
    const routed = one.lines.some((line) => line.text === 'no switchport');
    const vlan = routed
      ? 'routed'
      : isTrunk(one)
        ? 'trunk'
        : (after(one.lines, 'switchport access vlan') ?? '1');
    const name = (after(one.lines, 'description') ?? '').slice(0, 18);
    return `${shortInterfaceName(one.name).padEnd(10)}${name.padEnd(19)}${status.padEnd(13)}${vlan.padEnd(12)}auto   auto unknown`;
  });
  return ['', 'Port      Name               Status       Vlan       Duplex  Speed Type', ...rows].join('\n');
}

/** `show interfaces description` */
export function showInterfacesDescription(device: Device): string {
  const rows = interfacesOf(device).map((one) => {
    const status = one.shutdown ? 'admin down' : one.up ? 'up' : 'down';
    return `${shortInterfaceName(one.name).padEnd(31)}${status.padEnd(15)}${(one.up ? 'up' : 'down').padEnd(9)}${after(one.lines, 'description') ?? ''}`.trimEnd();
  });
  return ['Interface                      Status         Protocol Description', ...rows].join('\n');
}

function physical(device: Device): InterfaceStatus[] {
  const names = new Set(device.interfaces.filter((one) => one.physical).map((one) => one.label));
  return interfacesOf(device).filter((one) => names.has(one.name));
}

const isTrunk = (one: InterfaceStatus) => after(one.lines, 'switchport mode') === 'trunk';

/** VLANs that exist, by number, with their names. */
function vlansOf(device: Device): Map<number, string> {
  const vlans = new Map([[1, 'default']]);
  for (const line of device.config) {
    const list = /^vlan ([\d,-]+)$/.exec(line.text)?.[1];
    if (list === undefined) continue;
    for (const vlan of readVlans(list)) {
      const name = after(section(device.config, line.text)?.children ?? [], 'name');
      vlans.set(vlan, name ?? `VLAN${String(vlan).padStart(4, '0')}`);
    }
  }
  return vlans;
}

const chunked = <T>(list: T[], size: number): T[][] =>
  list.length === 0 ? [] : [list.slice(0, size), ...chunked(list.slice(size), size)];
