import { type Device, prefixOf } from './device.ts';
import type { Shell } from './ios-shell.ts';

/** The little that a Linux-like node shows at its console, out of its start-up script. */
export function linuxShell(device: () => Device, script: () => string): Shell {
  return {
    prompt: () => `${linuxHostname(device(), script())}:~$ `,
    execute: (line) => {
      const [command = '', ...rest] = line.trim().split(/\s+/);
      const answer = commands[command]?.(device(), script(), rest);
      if (answer !== undefined) return answer === '' ? '' : `${answer}\n`;
      return command === '' ? '' : `-sh: ${command}: not found\n`;
    },
  };
}

const commands: Record<string, (device: Device, script: string, words: string[]) => string> = {
  hostname: linuxHostname,
  whoami: () => 'cisco',
  uname: (device, script) => `Linux ${linuxHostname(device, script)}`,
  cat: (_device, script, [file]) =>
    file?.endsWith('node.cfg') ? script.trimEnd() : `cat: can't open '${file}'`,
  echo: (_device, _script, words) => words.join(' '),
  exit: () => '',
  ip: (device, script, [topic = '']) => (topic.startsWith('r') ? routes(script) : addresses(device, script)),
  ifconfig: addresses,
  route: (_device, script) => routes(script),
};

/** The name that the start-up script gives the node, else its label. */
function linuxHostname(device: Device, script: string): string {
  return /^\s*hostname:?\s+(\S+)/m.exec(script)?.[1] ?? device.label;
}

/** The addresses that the start-up script sets, as `ip address` shows them. */
function addresses(device: Device, script: string): string {
  const set = linuxAddresses(script);
  const rows = device.interfaces.flatMap((one, index) => {
    const address = set.get(one.label);
    const state = one.carrier ? 'UP' : 'DOWN';
    return [
      `${index + 2}: ${one.label}: <BROADCAST,MULTICAST,${state}> mtu 1500 state ${state}`,
      `    link/ether ${one.mac} brd ff:ff:ff:ff:ff:ff`,
      ...(address === undefined ? [] : [`    inet ${address} scope global ${one.label}`]),
    ];
  });
  return ['1: lo: <LOOPBACK,UP> mtu 65536 state UNKNOWN', '    inet 127.0.0.1/8 scope host lo', ...rows].join(
    '\n',
  );
}

/** Addresses by interface, `a.b.c.d/n`, from `ifconfig` and `ip addr add` lines. */
export function linuxAddresses(script: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of script.split('\n')) {
    const ifconfig = /ifconfig (\S+) (?:inet )?([\d.]+)(?:\/(\d+))?(?: netmask ([\d.]+))?/.exec(line);
    if (ifconfig) {
      const [, name = '', ip = '', prefix, mask = '255.255.255.0'] = ifconfig;
      found.set(name, `${ip}/${prefix ?? prefixOf(mask)}`);
    }
    const ip = /ip (?:address|addr|a) add ([\d./]+).* dev (\S+)/.exec(line);
    if (ip) {
      const [address = '', prefix = '32'] = (ip[1] ?? '').split('/');
      found.set(ip[2] ?? '', `${address}/${prefix.includes('.') ? prefixOf(prefix) : prefix}`);
    }
  }
  return found;
}

function routes(script: string): string {
  const gateway =
    /route add default gw ([\d.]+)/.exec(script)?.[1] ??
    /ip route add default via ([\d.]+)/.exec(script)?.[1];
  return gateway === undefined ? '' : `default via ${gateway} dev eth0`;
}
