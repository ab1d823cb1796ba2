import type { DefinitionSpec, PortDefinition, TopologyFacts } from '../domain/definition-state.ts';
import type { Need } from '../domain/resources.ts';
import { contentFindings } from './content-findings.ts';
import { nodeDefaults } from './node-definitions.ts';
import { portDefinitionsOf } from './port-definitions.ts';
import type { Topology } from './topology.ts';
import { topologyFindings } from './topology-findings.ts';

/** The parts of a definition that say something about its topology. */
export type TopologySpec = Pick<Partial<DefinitionSpec>, 'ports' | 'need' | 'evidence' | 'grading'>;

/**
 * What is worked out from a topology for its definition: sizes, ports, and remarks for its author. A finding
 * of severity `error` keeps the definition from being used.
 */
export function topologyFacts(topology: Topology, spec: TopologySpec = {}): TopologyFacts {
  const ports = spec.ports ?? portDefinitionsOf(topology);
  return {
    title: topology.title,
    nodeCount: topology.nodes.length,
    linkCount: topology.links.length,
    nodeDefinitions: [...new Set(topology.nodes.map((node) => node.nodeDefinition))].sort(),
    need: needOf(topology, ports, spec.need),
    ports,
    findings: [...topologyFindings(topology, ports), ...contentFindings(topology, spec)],
  };
}

/** What the definition says wins, field by field, over what the nodes add up to. */
function needOf(topology: Topology, ports: readonly PortDefinition[], said: DefinitionSpec['need']): Need {
  const sum = { cpuCores: 0, memoryMb: 0, storageGb: 0, nodes: 0 };
  for (const node of topology.nodes) {
    const defaults = nodeDefaults(node.nodeDefinition);
    sum.cpuCores += node.cpus ?? defaults.cpus;
    sum.memoryMb += node.memoryMb ?? defaults.memoryMb;
    sum.storageGb += (node.bootDiskGb ?? defaults.diskGb) + (node.dataVolumeGb ?? 0);
    if (defaults.licensed) sum.nodes++;
  }
  return {
    cpuCores: said?.cpuCores ?? sum.cpuCores,
    memoryGb: said?.memoryGb ?? rounded(sum.memoryMb / 1024),
    storageGb: said?.storageGb ?? rounded(sum.storageGb),
    nodes: sum.nodes,
    ports: ports.length,
  };
}

/** Up to the next hundredth, so that the sum never says less than its parts. */
function rounded(amount: number): number {
  return Math.ceil(amount * 100 - 1e-6) / 100;
}
