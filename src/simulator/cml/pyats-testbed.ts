import { stringify } from 'yaml';
import type { CmlContext } from './context.ts';
import { nodesOf } from './labs.ts';
import type { LabRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';

const pyats: Record<string, { os: string; platform: string; series?: string }> = {
  iosv: { os: 'ios', platform: 'iosv' },
  iosvl2: { os: 'ios', platform: 'iosv', series: 'iosvl2' },
  'iol-xe': { os: 'iosxe', platform: 'iol' },
  'ioll2-xe': { os: 'iosxe', platform: 'iol', series: 'ioll2' },
  csr1000v: { os: 'iosxe', platform: 'csr1000v' },
  cat8000v: { os: 'iosxe', platform: 'c8kv' },
  'cat9000v-uadp': { os: 'iosxe', platform: 'cat9k' },
  nxosv9000: { os: 'nxos', platform: 'n9k' },
  iosxrv9000: { os: 'iosxr', platform: 'iosxrv9k' },
  asav: { os: 'asa', platform: 'asav' },
};

/**
 * The lab as a pyATS testbed: every device with a console, reached through the terminal server.
 * @param host the terminal server's `host[:port]`, by default the server's own name at port 22
 */
export function pyatsTestbed(context: CmlContext, lab: LabRecord, host = context.options.hostname): string {
  const [ip = host, port = '22'] = host.split(':');
  const devices: Record<string, unknown> = {
    terminal_server: {
      os: 'linux',
      type: 'linux',
      credentials: { default: { username: 'change_me', password: 'change_me' } },
      connections: { cli: { protocol: 'ssh', ip, port: Number(port) } },
    },
  };
  const topology: Record<string, unknown> = {};
  const nodes = nodesOf(context, lab);
  const linkOfInterface = new Map(
    lab.links.flatMap((link) => [
      [link.interfaceA, link.id],
      [link.interfaceB, link.id],
    ]),
  );
  for (const node of nodes) {
    const definition = nodeDefinitions.get(node.node_definition);
    if (!definition || definition.console === 'none') continue;
    devices[node.label] = {
      ...(pyats[definition.id] ?? { os: 'linux', platform: 'linux' }),
      type: definition.nature,
      credentials: { default: { username: 'cisco', password: 'cisco' } },
      connections: {
        defaults: { class: 'unicon.Unicon' },
        a: { protocol: 'telnet', proxy: 'terminal_server', command: `open /${lab.id}/${node.id}/0` },
      },
    };
    topology[node.label] = {
      interfaces: Object.fromEntries(
        node.interfaces.map((one) => [
          one.label,
          {
            type: one.type === 'loopback' ? 'loopback' : 'ethernet',
            ...(linkOfInterface.has(one.id) ? { link: linkOfInterface.get(one.id) } : {}),
          },
        ]),
      ),
    };
  }
  return stringify({ testbed: { name: lab.title }, devices, topology }, { version: '1.1', lineWidth: 0 });
}
