import { renderConfig } from './device/config-tree.ts';
import type { NodeRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';

/**
 * What an IOS-like device shows that was given no configuration: its interfaces, those of a router shut.
 * It goes by the node's label, as CML's own generated configurations have it.
 */
export function factoryConfiguration(node: NodeRecord): string {
  const routes = nodeDefinitions.get(node.node_definition)?.nature !== 'switch';
  const unset = routes ? ['no ip address', 'shutdown'] : [];
  const interfaces = node.interfaces.filter((one) => one.type === 'physical');
  return renderConfig([
    { text: `hostname ${node.label.replaceAll(/[^\w-]/g, '-')}`, children: [] },
    ...interfaces.map((one) => ({
      text: `interface ${one.label}`,
      children: unset.map((text) => ({ text, children: [] })),
    })),
    { text: 'line con 0', children: [] },
    { text: 'line vty 0 4', children: [{ text: 'login', children: [] }] },
  ]);
}
