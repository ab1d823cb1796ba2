import { type Address, type Device, interfacesOf, networkOf, prefixOf, toNumber } from './device.ts';
import { adjacencies, type Network, ospfOf, reachable } from './network.ts';

interface Route {
  code: 'C' | 'L' | 'S' | 'O' | 'O IA';
  network: string;
  prefix: number;
  text: string;
}

/** `show ip route`, out of interfaces, static routes and what OSPF would have learned. */
export function showIpRoute(device: Device, network: Network, only?: string): string {
  const routes = best([...connected(device), ...statics(device), ...learned(device, network)]);
  const shown = routes.filter((route) => only === undefined || kinds[only]?.includes(route.code));
  const gateway = routes.find((route) => route.prefix === 0);
  const last = /via (\S+?),?$/.exec(gateway?.text ?? '')?.[1];
  return [
    'Codes: L - local, C - connected, S - static, O - OSPF, IA - OSPF inter area, * - candidate default',
    '',
    last === undefined
      ? 'Gateway of last resort is not set'
      : `Gateway of last resort is ${last} to network 0.0.0.0`,
    '',
    ...shown.map((route) => `${`${route.code}${route.prefix === 0 ? '*' : ''}`.padEnd(8)} ${route.text}`),
  ].join('\n');
}

const kinds: Record<string, string[]> = { ospf: ['O', 'O IA'], connected: ['C'], static: ['S'] };

/** `show ip ospf neighbor` */
export function showOspfNeighbor(device: Device, network: Network): string {
  const own = ospfOf(device);
  if (!own) return '';
  const rows = adjacencies(network, own).map(
    ({ neighbor, neighborIp, local }) =>
      `${neighbor.routerId.padEnd(16)}  1   ${'FULL/DR'.padEnd(16)}00:00:3${neighborIp.length % 10}    ${neighborIp.padEnd(16)}${local}`,
  );
  return ['', 'Neighbor ID     Pri   State           Dead Time   Address         Interface', ...rows].join(
    '\n',
  );
}

/** `show ip ospf database`: the router LSAs of everybody reachable, and the network LSAs between them. */
export function showOspfDatabase(device: Device, network: Network): string {
  const own = ospfOf(device);
  if (!own) return '';
  const age = String(Math.min(1800, device.uptimeSeconds)).padEnd(12);
  const lines = ['', `            OSPF Router with ID (${own.routerId}) (Process ID ${own.process})`];
  const areas = [...new Set(own.interfaces.map((one) => one.area))].sort();
  for (const area of areas) {
    const inArea = reachable(network, own).filter(({ speaker }) =>
      speaker.interfaces.some((one) => one.area === area),
    );
    const routers = inArea.map(({ speaker }) => {
      const links = speaker.interfaces.filter((one) => one.area === area).length;
      return `${speaker.routerId.padEnd(16)}${speaker.routerId.padEnd(16)}${age}0x80000003 0x00${hash(speaker.routerId)} ${links}`;
    });
    const shared = new Map<string, string>();
    for (const { speaker } of inArea)
      for (const { neighbor, neighborIp, local } of adjacencies(network, speaker)) {
        const mine = speaker.interfaces.find((one) => one.status.name === local);
        if (!mine || mine.area !== area) continue;
        const [designated, router] =
          toNumber(neighborIp) > toNumber(mine.address.ip)
            ? [neighborIp, neighbor.routerId]
            : [mine.address.ip, speaker.routerId];
        shared.set(designated, router);
      }
    const networks = [...shared].map(
      ([ip, router]) => `${ip.padEnd(16)}${router.padEnd(16)}${age}0x80000001 0x00${hash(ip)}`,
    );
    lines.push(
      '',
      `                Router Link States (Area ${area})`,
      '',
      'Link ID         ADV Router      Age         Seq#       Checksum Link count',
      ...routers,
    );
    if (networks.length > 0)
      lines.push(
        '',
        `                Net Link States (Area ${area})`,
        '',
        'Link ID         ADV Router      Age         Seq#       Checksum',
        ...networks,
      );
  }
  return lines.join('\n');
}

/** `show ip protocols`, as far as OSPF goes. */
export function showIpProtocols(device: Device): string {
  const router = device.config.find((line) => line.text.startsWith('router ospf '));
  const own = ospfOf(device);
  if (!router) return '*** IP Routing is NSF aware ***';
  const networks = router.children
    .filter((line) => line.text.startsWith('network '))
    .map((line) => `    ${line.text.slice('network '.length)}`);
  return [
    `Routing Protocol is "ospf ${router.text.split(' ')[2]}"`,
    `  Router ID ${own?.routerId ?? '0.0.0.0'}`,
    '  Routing for Networks:',
    ...networks,
  ].join('\n');
}

function connected(device: Device): Route[] {
  return interfacesOf(device).flatMap((one): Route[] => {
    if (!one.address || !one.up) return [];
    const { ip, prefix } = one.address;
    const network = networkOf(one.address);
    const via = `is directly connected, ${one.name}`;
    const local: Route[] =
      prefix === 32 ? [] : [{ code: 'L', network: ip, prefix: 32, text: `${ip}/32 ${via}` }];
    return [{ code: 'C', network, prefix, text: `${network}/${prefix} ${via}` }, ...local];
  });
}

function statics(device: Device): Route[] {
  return device.config.flatMap((line): Route[] => {
    const parts = /^ip route (\d\S+) (\S+) (\S+)/.exec(line.text);
    if (!parts) return [];
    const [, network = '', mask = '', via = ''] = parts;
    const prefix = prefixOf(mask);
    const text = /^\d/.test(via)
      ? `${network}/${prefix} [1/0] via ${via}`
      : `${network}/${prefix} is directly connected, ${via}`;
    return [{ code: 'S', network, prefix, text }];
  });
}

function learned(device: Device, network: Network): Route[] {
  const own = ospfOf(device);
  if (!own) return [];
  const ownAreas = new Set(own.interfaces.map((one) => one.area));
  return reachable(network, own).flatMap(({ speaker, cost, first }) => {
    if (!first) return [];
    return speaker.interfaces.map((one): Route => {
      // IOS announces loopbacks as host routes.
      const address: Address = /^Loopback/.test(one.status.name)
        ? { ip: one.address.ip, prefix: 32 }
        : one.address;
      const net = networkOf(address);
      const text = `${net}/${address.prefix} [110/${cost + one.cost}] via ${first.neighborIp}, 00:05:00, ${first.local}`;
      return { code: ownAreas.has(one.area) ? 'O' : 'O IA', network: net, prefix: address.prefix, text };
    });
  });
}

/** One route a network: connected before static before learned, in the order of the networks. */
function best(routes: Route[]): Route[] {
  const chosen = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.network}/${route.prefix}`;
    if (!chosen.has(key)) chosen.set(key, route);
  }
  return [...chosen.values()].sort(
    (a, b) => toNumber(a.network) - toNumber(b.network) || a.prefix - b.prefix,
  );
}

const hash = (text: string): string => {
  let value = 0x1d0f;
  for (const letter of text) value = ((value << 5) ^ (value >>> 3) ^ (letter.codePointAt(0) ?? 0)) & 0xffff;
  return value.toString(16).toUpperCase().padStart(4, '0');
};
