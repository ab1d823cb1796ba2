import { type Device, hostnameOf } from './device.ts';
import { adjacencies, type Network, ospfOf } from './network.ts';
import {
  showInterfacesDescription,
  showInterfacesStatus,
  showInterfacesTrunk,
  showIpInterfaceBrief,
  showVlanBrief,
} from './show-interfaces.ts';
import { showIpProtocols, showIpRoute, showOspfDatabase, showOspfNeighbor } from './show-routing.ts';

/** What a `show` command prints, or undefined for one that the device does not know. */
export function showCommand(command: string, device: Device, network: Network): string | undefined {
  const only = /^show ip route (ospf|connected|static)$/.exec(command)?.[1];
  if (only !== undefined) return showIpRoute(device, network, only);
  return (shows[command] ?? (device.isSwitch ? switchShows[command] : undefined))?.(device, network);
}

const shows: Record<string, (device: Device, network: Network) => string> = {
  'show version': showVersion,
  'show ip interface brief': showIpInterfaceBrief,
  'show ip route': (device, network) => showIpRoute(device, network),
  'show ip ospf database': showOspfDatabase,
  'show ip ospf neighbor': showOspfNeighbor,
  'show ip ospf interface brief': showOspfInterfaces,
  'show ip protocols': showIpProtocols,
  'show interfaces description': showInterfacesDescription,
  'show cdp neighbors': showCdpNeighbors,
  'show users': () =>
    '    Line       User       Host(s)              Idle       Location\n*  0 con 0                idle                 00:00:00',
};

/** What only switches know. */
const switchShows: typeof shows = {
  'show vlan': showVlanBrief,
  'show vlan brief': showVlanBrief,
  'show interfaces trunk': showInterfacesTrunk,
  'show interfaces status': showInterfacesStatus,
};

function showVersion(device: Device): string {
  const minutes = Math.floor(device.uptimeSeconds / 60);
  return [
    `Simulated device, ${device.platform} software`,
    '',
    `${hostnameOf(device)} uptime is ${Math.floor(minutes / 60)} hours, ${minutes % 60} minutes`,
    `System image file is "simulated:/${device.platform}"`,
    '',
    `${device.interfaces.filter((one) => one.physical).length} physical interfaces`,
    'Configuration register is 0x2102',
  ].join('\n');
}

function showOspfInterfaces(device: Device, network: Network): string {
  const own = ospfOf(device);
  if (!own) return '';
  const near = adjacencies(network, own);
  const rows = own.interfaces.map(({ status, address, area, cost }) => {
    const count = near.filter((one) => one.local === status.name).length;
    return `${status.name.padEnd(13)}${own.process.padEnd(6)}${area.padEnd(16)}${`${address.ip}/${address.prefix}`.padEnd(19)}${String(cost).padEnd(6)}${'P2P'.padEnd(6)}${count}/${count}`;
  });
  return ['Interface    PID   Area            IP Address/Mask    Cost  State Nbrs F/C', ...rows].join('\n');
}

function showCdpNeighbors(device: Device, network: Network): string {
  const rows = device.interfaces.flatMap((one) =>
    one.physical && one.carrier
      ? network.segment(device.id, one.label).flatMap((peer) => {
          const other = network.devices.find((candidate) => candidate.id === peer.deviceId);
          return other
            ? [
                `${hostnameOf(other).padEnd(17)}${one.label.padEnd(18)}160     R S I   ${other.platform.padEnd(10)}${peer.name}`,
              ]
            : [];
        })
      : [],
  );
  return ['Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID', ...rows].join('\n');
}
