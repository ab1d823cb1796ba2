import { after, type ConfigLine, section } from './config-tree.ts';

/** An interface of a device, as wired. */
interface DeviceInterface {
  label: string;
  physical: boolean;
  /** Whether the link on it is up; loopbacks always are. */
  carrier: boolean;
  mac: string;
}

/** What a device shows of itself: its configuration and how it is wired. */
export interface Device {
  /** The node it is. */
  id: string;
  label: string;
  platform: string;
  isSwitch: boolean;
  config: ConfigLine[];
  interfaces: DeviceInterface[];
  uptimeSeconds: number;
}

/** An IPv4 address with its prefix length. */
export interface Address {
  ip: string;
  prefix: number;
}

/** One interface, of the hardware or of the configuration alone (Vlan, Loopback, sub-interface). */
export interface InterfaceStatus {
  name: string;
  address: Address | undefined;
  shutdown: boolean;
  /** Line protocol. */
  up: boolean;
  lines: ConfigLine[];
}

/** The name that the configuration gives it; a device without a configuration goes by its label. */
export const hostnameOf = (device: Device): string => after(device.config, 'hostname') ?? device.label;

/** Every interface of the device with what is configured on it, hardware first. */
export function interfacesOf(device: Device): InterfaceStatus[] {
  const names = device.interfaces.filter((one) => one.physical).map((one) => one.label);
  for (const line of device.config) {
    const name = /^interface (\S+)$/.exec(line.text)?.[1];
    if (name !== undefined && !names.includes(name)) names.push(name);
  }
  return names.map((name) => statusOf(device, name));
}

/** `ip address A M` of an interface section. */
function addressOf(lines: ConfigLine[]): Address | undefined {
  const [ip = '', mask = ''] = after(lines, 'ip address')?.split(' ') ?? [];
  return mask === '' ? undefined : { ip, prefix: prefixOf(mask) };
}

function statusOf(device: Device, name: string): InterfaceStatus {
  const configured = section(device.config, `interface ${name}`);
  const lines = configured?.children ?? [];
  const hardware = device.interfaces.find((one) => one.label === (name.split('.')[0] ?? name));
  // A router's interface is shut until somebody configures it; a switch's port is not.
  const shutdown = configured ? lines.some((line) => line.text === 'shutdown') : !device.isSwitch;
  const carrier = hardware?.physical ? hardware.carrier : virtualCarrier(device, name);
  return { name, address: addressOf(lines), shutdown, up: !shutdown && carrier, lines };
}

/** An SVI is up when its VLAN exists; loopbacks and tunnels always are. */
function virtualCarrier(device: Device, name: string): boolean {
  const vlan = /^Vlan(\d+)$/.exec(name)?.[1];
  return vlan === undefined || vlan === '1' || section(device.config, `vlan ${vlan}`) !== undefined;
}

/** The number of an IPv4 address. */
export const toNumber = (ip: string): number =>
  ip.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);

/** The text of an IPv4 address. */
const toText = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** The prefix length of a mask such as 255.255.255.0. */
export const prefixOf = (mask: string): number => {
  let bits = 0;
  for (let value = toNumber(mask); value !== 0; value = (value << 1) >>> 0) bits += 1;
  return bits;
};

/** The mask of a prefix length, as a number. */
const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);

/** The network that an address is in. */
export const networkOf = ({ ip, prefix }: Address): string => toText((toNumber(ip) & maskOf(prefix)) >>> 0);
