import type { Finding, PortDefinition } from '../domain/definition-state.ts';
import { isKnownDefinition, nodeDefaults } from './node-definitions.ts';
import { looksLikePortTag, parsePortTag } from './port-tags.ts';
import type { Topology, TopologyNode } from './topology.ts';

/** The ports that PATty serves; a tag outside of them opens nothing. */
const PATTY_PORTS = { first: 2_000, last: 7_999 };

/** Remarks about a topology, and about the ports that its definition wants of it. */
export function topologyFindings(topology: Topology, ports: readonly PortDefinition[]): Finding[] {
  const labels = new Map<string, number>();
  for (const { label } of topology.nodes) labels.set(label, (labels.get(label) ?? 0) + 1);
  const linked = new Set(topology.links.flatMap((link) => [link.nodeA, link.nodeB]));
  const findings: Finding[] = topology.nodes.length === 0 ? [EMPTY] : [];
  for (const [index, node] of topology.nodes.entries()) {
    const where = `/topology/nodes/${index}`;
    findings.push(...nodeFindings(node, where), ...tagFindings(node, where));
    if ((labels.get(node.label) ?? 0) > 1)
      findings.push({
        severity: 'warning',
        code: 'duplicateLabel',
        message: `${labels.get(node.label)} nodes are called ${node.label}; evidence and ports name nodes by label`,
        where: `${where}/label`,
      });
    if (topology.nodes.length > 1 && !linked.has(node.id))
      findings.push({
        severity: 'info',
        code: 'notLinked',
        message: `${node.label} is linked to nothing`,
        where,
      });
  }
  return [...findings, ...portFindings(ports, labels, topology)];
}

const EMPTY: Finding = {
  severity: 'error',
  code: 'noNodes',
  message: 'the topology has no nodes',
  where: '/topology/nodes',
};

function nodeFindings(node: TopologyNode, where: string): Finding[] {
  const findings: Finding[] = [];
  const { label, nodeDefinition, cpuLimitPercent: limit } = node;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(label))
    findings.push({
      severity: 'warning',
      code: 'oddLabel',
      message: `${label} has characters other than letters, digits, dots, dashes and underscores; in port names they become underscores`,
      where: `${where}/label`,
    });
  if (!isKnownDefinition(nodeDefinition))
    findings.push({
      severity: 'warning',
      code: 'unknownNodeDefinition',
      message: `${nodeDefinition} does not come with CML: only workers that have it can run this lab, and its size is a guess`,
      where: `${where}/node_definition`,
    });
  if (limit !== undefined && (limit < 20 || limit > 100))
    findings.push({
      severity: 'error',
      code: 'cpuLimit',
      message: `cpu_limit is a percentage from 20 to 100, not a number of CPUs; ${limit} is refused by CML`,
      where: `${where}/cpu_limit`,
    });
  const configured = node.configuration.some(({ content }) => content.trim() !== '');
  if (nodeDefaults(nodeDefinition).wantsConfiguration && !configured)
    findings.push({
      severity: 'info',
      code: 'noConfiguration',
      message: `${label} starts without a configuration`,
      where: `${where}/configuration`,
    });
  return findings;
}

function tagFindings(node: TopologyNode, where: string): Finding[] {
  return node.tags.flatMap((tag, index): Finding[] => {
    if (!looksLikePortTag(tag)) return [];
    const at = `${where}/tags/${index}`;
    const parsed = parsePortTag(tag);
    if (!parsed) {
      const message = `${tag} is not understood; write serial:PORT, vnc:PORT or pat:tcp:PORT:INNER`;
      return [{ severity: 'warning', code: 'portTag', message, where: at }];
    }
    const { outer } = parsed;
    if (typeof outer === 'number' && (outer < PATTY_PORTS.first || outer > PATTY_PORTS.last)) {
      const message = `port ${outer} lies outside ${PATTY_PORTS.first}-${PATTY_PORTS.last}, which CML serves; every lab gets a port of its own in its place`;
      return [{ severity: 'warning', code: 'portRange', message, where: at }];
    }
    return [];
  });
}

function portFindings(
  ports: readonly PortDefinition[],
  labels: ReadonlyMap<string, number>,
  topology: Topology,
): Finding[] {
  const names = new Set<string>();
  const consoles = new Set(
    topology.nodes.filter((node) => nodeDefaults(node.nodeDefinition).console).map((node) => node.label),
  );
  return ports.flatMap((port, index): Finding[] => {
    const problem = (code: string, message: string, field: string): Finding => ({
      severity: 'error',
      code,
      message,
      where: `/ports/${index}/${field}`,
    });
    const again = names.has(port.name);
    names.add(port.name);
    if (again) return [problem('duplicatePort', `port ${port.name} is defined twice`, 'name')];
    const nodes = labels.get(port.node) ?? 0;
    if (nodes === 0) return [problem('portNode', `port ${port.name}: there is no node ${port.node}`, 'node')];
    if (nodes > 1)
      return [problem('portNode', `port ${port.name}: ${nodes} nodes are called ${port.node}`, 'node')];
    if (!consoles.has(port.node))
      return [problem('portNode', `port ${port.name}: ${port.node} has no console or address`, 'node')];
    if (port.kind === 'pat' && port.inner === undefined)
      return [problem('portInner', `port ${port.name} needs the port inside the node`, 'inner')];
    return [];
  });
}
