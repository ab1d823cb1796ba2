import { type FieldProblem, Refusal } from '../domain/refusal.ts';
import { plainOf, readCmlYaml } from './cml-yaml.ts';
import type { Topology, TopologyLink, TopologyNode } from './topology.ts';
import { MAX_NODES, type TopologyShape, topologyShape } from './topology-shape.ts';

/** Wrong fields named in one refusal; a file with more is wrong as a whole. */
const MOST_PROBLEMS = 50;

/**
 * Reads a CML topology of any schema from 0.0.3 to 0.3.1, in the form of exports (`n1`, `i1`) or of the API
 * (`node_a`, `interface_a`), by the YAML rules of CML's own parser.
 * @throws Refusal `rule` that names each wrong field by its pointer, e.g. `/topology/links/3/n2`; for what
 *   is no YAML, with line and column
 */
export function parseTopology(text: string): Topology {
  const value = plainOf(readCmlYaml(text));
  const count = isRecord(value) && Array.isArray(value['nodes']) ? value['nodes'].length : 0;
  if (count > MAX_NODES) {
    refuse([{ pointer: '/topology/nodes', message: `has ${count} nodes, ${MAX_NODES} at most` }]);
  }
  const read = topologyShape.safeParse(value);
  if (!read.success) {
    refuse(read.error.issues.map(({ path, message }) => ({ pointer: pointer(path.map(String)), message })));
  }
  const problems: FieldProblem[] = [];
  const nodes = read.data.nodes.map(nodeOf);
  checkIds(nodes, problems);
  const links = linksOf(read.data, nodes, problems);
  if (problems.length > 0) refuse(problems);
  const { version, title, description, notes } = read.data.lab;
  return {
    version,
    title: title ?? '',
    description: description ?? '',
    notes: notes ?? '',
    nodes,
    links,
  };
}

function refuse(problems: FieldProblem[]): never {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new Refusal('rule', `the topology cannot be used: ${first?.pointer} ${first?.message}${more}`, {
    fields: problems.slice(0, MOST_PROBLEMS),
  });
}

/** A JSON pointer (RFC 6901) into the request, whose `topology` this is. */
function pointer(path: string[]): string {
  return ['', 'topology', ...path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function nodeOf(node: TopologyShape['nodes'][number]): TopologyNode {
  return {
    id: node.id,
    label: node.label,
    nodeDefinition: node.node_definition,
    imageDefinition: node.image_definition,
    x: node.x ?? 0,
    y: node.y ?? 0,
    configuration: node.configuration ?? [],
    memoryMb: node.ram,
    cpus: node.cpus,
    cpuLimitPercent: node.cpu_limit,
    bootDiskGb: node.boot_disk_size,
    dataVolumeGb: node.data_volume,
    tags: node.tags ?? [],
    interfaces: (node.interfaces ?? []).map(({ id, label, type, slot }) => ({
      id,
      label,
      type: type ?? 'physical',
      slot,
    })),
  };
}

function checkIds(nodes: readonly TopologyNode[], problems: FieldProblem[]): void {
  const seen = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    const before = seen.get(node.id);
    if (before !== undefined) {
      problems.push({
        pointer: pointer(['nodes', String(index), 'id']),
        message: `${node.id} is the id of node ${before} (${nodes[before]?.label}) already`,
      });
    }
    seen.set(node.id, index);
    const interfaces = new Set<string>();
    for (const [number, { id }] of node.interfaces.entries()) {
      if (interfaces.has(id)) {
        problems.push({
          pointer: pointer(['nodes', String(index), 'interfaces', String(number), 'id']),
          message: `${id} is the id of another interface of ${node.label} already`,
        });
      }
      interfaces.add(id);
    }
  }
}

function linksOf(
  shape: TopologyShape,
  nodes: readonly TopologyNode[],
  problems: FieldProblem[],
): TopologyLink[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ids = new Set<string>();
  const taken = new Map<string, string>();
  return (shape.links ?? []).map((link, index) => {
    const problem = (field: string, message: string) =>
      problems.push({ pointer: pointer(['links', String(index), field]), message });
    if (ids.has(link.id)) problem('id', `${link.id} is the id of another link already`);
    ids.add(link.id);

    const endOf = (nodeField: 'n1' | 'n2', nodeAlias: 'node_a' | 'node_b') => {
      const field = link[nodeField] === undefined && link[nodeAlias] !== undefined ? nodeAlias : nodeField;
      const interfaceField = ({ n1: 'i1', n2: 'i2', node_a: 'interface_a', node_b: 'interface_b' } as const)[
        field
      ];
      const nodeId = link[field] ?? '';
      const interfaceId = link[interfaceField] ?? '';
      const node = byId.get(nodeId);
      const end = `${nodeId}/${interfaceId}`;
      if (!node) problem(field, nodeId === '' ? 'is missing' : `there is no node ${nodeId}`);
      else if (!node.interfaces.some(({ id }) => id === interfaceId))
        problem(
          interfaceField,
          interfaceId === '' ? 'is missing' : `node ${node.label} has no interface ${interfaceId}`,
        );
      else if (taken.has(end))
        problem(
          interfaceField,
          `${node.label} ${interfaceId} is connected by link ${taken.get(end)} already`,
        );
      taken.set(end, link.id);
      return { nodeId, interfaceId };
    };
    const a = endOf('n1', 'node_a');
    const b = endOf('n2', 'node_b');
    return {
      id: link.id,
      label: link.label,
      nodeA: a.nodeId,
      interfaceA: a.interfaceId,
      nodeB: b.nodeId,
      interfaceB: b.interfaceId,
    };
  });
}
