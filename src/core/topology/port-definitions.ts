import type { PortDefinition } from '../domain/definition-state.ts';
import { nodeDefaults } from './node-definitions.ts';
import { type PortTag, parsePortTag } from './port-tags.ts';
import type { Topology, TopologyNode } from './topology.ts';

/**
 * The ports that a lab of the topology needs: one for every port tag; where no node has any, one serial
 * console for every node that has one. A placeholder `${NAME}` names its port, others are named
 * `<label>_<kind>` after their node. Numbers in tags are not kept: each lab gets its own.
 */
export function portDefinitionsOf(topology: Topology): PortDefinition[] {
  const names = new Set<string>();
  const tagged = topology.nodes.flatMap((node) =>
    node.tags
      .map(parsePortTag)
      .filter((tag) => tag !== undefined)
      .map((tag) => definitionOf(node, tag, names)),
  );
  if (tagged.length > 0) return tagged;
  return topology.nodes
    .filter((node) => nodeDefaults(node.nodeDefinition).console)
    .map((node) => definitionOf(node, { kind: 'serial', transport: 'tcp', outer: 0 }, names));
}

function definitionOf(node: TopologyNode, tag: PortTag, names: Set<string>): PortDefinition {
  const wanted = typeof tag.outer === 'object' ? tag.outer.placeholder : nameOf(node, tag);
  let name = wanted;
  for (let number = 2; names.has(name); number++) name = `${wanted}_${number}`;
  names.add(name);
  return {
    name,
    node: node.label,
    kind: tag.kind,
    ...(tag.transport === 'udp' ? { transport: 'udp' as const } : {}),
    ...(tag.inner === undefined ? {} : { inner: tag.inner }),
    ...(tag.line === undefined ? {} : { line: tag.line }),
  };
}

function nameOf(node: TopologyNode, { kind, inner, line }: PortTag): string {
  const label = node.label.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100);
  if (kind === 'pat') return `${label}_pat_${inner}`;
  return line === undefined ? `${label}_${kind}` : `${label}_${kind}_${line}`;
}
