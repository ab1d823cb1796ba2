import type { ConfigLine } from './config-tree.ts';
import {
  type Address,
  type Device,
  type InterfaceStatus,
  interfacesOf,
  networkOf,
  toNumber,
} from './device.ts';

/** The devices of a lab, and which interfaces see each other's frames. */
export interface Network {
  devices: Device[];
  /** The other interfaces in the broadcast domain of a device's interface, `deviceId` and label each. */
  segment(deviceId: string, interfaceName: string): { deviceId: string; name: string }[];
}

/** A device's part in OSPF. */
export interface OspfSpeaker {
  device: Device;
  process: string;
  routerId: string;
  interfaces: { status: InterfaceStatus; address: Address; area: string; cost: number; passive: boolean }[];
}

/** An OSPF adjacency as one side sees it. */
export interface Adjacency {
  neighbor: OspfSpeaker;
  neighborIp: string;
  local: string;
  cost: number;
}

/** The device's OSPF process as configured, or undefined when it runs none on any interface. */
export function ospfOf(device: Device): OspfSpeaker | undefined {
  const router = device.config.find((line) => /^router ospf \d+/.test(line.text));
  const process = router?.text.split(' ')[2];
  if (!router || process === undefined) return undefined;
  const statements = router.children.flatMap((line) => {
    const parts = /^network (\S+) (\S+) area (\S+)$/.exec(line.text);
    return parts ? [{ ip: parts[1] ?? '', wildcard: parts[2] ?? '', area: parts[3] ?? '0' }] : [];
  });
  const passive = new Set(
    router.children.flatMap((line) => /^passive-interface (\S+)$/.exec(line.text)?.[1] ?? []),
  );
  const all = interfacesOf(device);
  const interfaces = all.flatMap((status) => {
    const { address } = status;
    if (!address || !status.up) return [];
    const area = areaOf(status.lines, address, statements);
    if (area === undefined) return [];
    const cost = Number(
      status.lines.find((line) => line.text.startsWith('ip ospf cost '))?.text.split(' ')[3] ?? 1,
    );
    return [
      { status, address, area, cost, passive: passive.has(status.name) || /^Loopback/.test(status.name) },
    ];
  });
  if (interfaces.length === 0) return undefined;
  const configured = router.children.find((line) => line.text.startsWith('router-id '))?.text.split(' ')[1];
  return { device, process, routerId: configured ?? chosenRouterId(all), interfaces };
}

/** Everybody this speaker has become a full neighbour of. */
export function adjacencies(network: Network, speaker: OspfSpeaker): Adjacency[] {
  const found: Adjacency[] = [];
  for (const own of speaker.interfaces) {
    if (own.passive) continue;
    for (const peer of network.segment(speaker.device.id, own.status.name)) {
      const device = network.devices.find((one) => one.id === peer.deviceId);
      const neighbor = device && ospfOf(device);
      const theirs = neighbor?.interfaces.find((one) => one.status.name === peer.name && !one.passive);
      if (!neighbor || !theirs || theirs.area !== own.area) continue;
      if (networkOf(theirs.address) !== networkOf(own.address)) continue;
      found.push({ neighbor, neighborIp: theirs.address.ip, local: own.status.name, cost: own.cost });
    }
  }
  return found;
}

/** Every speaker reachable from this one, with the cost of the way and its first hop. */
export function reachable(
  network: Network,
  from: OspfSpeaker,
): { speaker: OspfSpeaker; cost: number; first: Adjacency | undefined }[] {
  const best = new Map<string, { speaker: OspfSpeaker; cost: number; first: Adjacency | undefined }>();
  const open: { speaker: OspfSpeaker; cost: number; first: Adjacency | undefined }[] = [
    { speaker: from, cost: 0, first: undefined },
  ];
  while (open.length > 0) {
    open.sort((a, b) => a.cost - b.cost);
    const next = open.shift();
    if (!next || best.has(next.speaker.device.id)) continue;
    best.set(next.speaker.device.id, next);
    for (const hop of adjacencies(network, next.speaker))
      if (!best.has(hop.neighbor.device.id))
        open.push({ speaker: hop.neighbor, cost: next.cost + hop.cost, first: next.first ?? hop });
  }
  return [...best.values()];
}

function areaOf(
  lines: ConfigLine[],
  address: Address,
  statements: { ip: string; wildcard: string; area: string }[],
): string | undefined {
  const direct = lines.flatMap((line) => /^ip ospf \d+ area (\S+)$/.exec(line.text)?.[1] ?? [])[0];
  if (direct !== undefined) return direct;
  const value = toNumber(address.ip);
  return statements.find(({ ip, wildcard }) => {
    const mask = ~toNumber(wildcard) >>> 0;
    return (value & mask) >>> 0 === (toNumber(ip) & mask) >>> 0;
  })?.area;
}

/** The highest loopback address, else the highest of all (RFC 2328 leaves it to the implementation). */
function chosenRouterId(all: InterfaceStatus[]): string {
  const highest = (some: InterfaceStatus[]) =>
    some
      .flatMap((one) => (one.address && !one.shutdown ? [one.address.ip] : []))
      .sort((a, b) => toNumber(b) - toNumber(a))[0];
  return highest(all.filter((one) => /^Loopback/.test(one.name))) ?? highest(all) ?? '0.0.0.0';
}
