import type { CmlContext } from './context.ts';
import { interfacesOf } from './device/device.ts';
import { linuxAddresses } from './device/linux-shell.ts';
import { deviceOf } from './devices.ts';
import type { NodeRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { nodeState } from './node-states.ts';
import { deployedMac } from './node-view.ts';
import { runningConfiguration } from './running-configuration.ts';

/** The addresses snooped from a booted node, by MAC, as `layer3_addresses` shows them. */
export function addressesOf(context: CmlContext, node: NodeRecord) {
  const addresses =
    nodeState(node, context.world.clock.now()) === 'BOOTED' ? configured(context, node) : undefined;
  return {
    name: node.label,
    interfaces: Object.fromEntries(
      node.interfaces.flatMap((one) => {
        const ip = addresses?.get(one.label);
        if (ip === undefined || one.type === 'loopback') return [];
        return [[deployedMac(one), { id: one.id, label: one.label, ip4: [ip], ip6: [] }] as const];
      }),
    ),
  };
}

function configured(context: CmlContext, node: NodeRecord): Map<string, string> {
  if (nodeDefinitions.get(node.node_definition)?.console === 'linux')
    return new Map(
      [...linuxAddresses(runningConfiguration(node))].map(([name, ip]) => [name, ip.split('/')[0] ?? ip]),
    );
  return new Map(
    interfacesOf(deviceOf(context, node)).flatMap((one) =>
      one.address && one.up ? [[one.name, one.address.ip] as const] : [],
    ),
  );
}
