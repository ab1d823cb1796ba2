import { CML_YAML } from '@lcm/core/topology/cml-yaml.ts';
import { parse } from 'yaml';
import { readAnnotation, syncSmartAnnotations } from './annotations.ts';
import { type CmlContext, isoNow } from './context.ts';
import { badRequest } from './errors.ts';
import { imageDefinitions } from './image-definitions.ts';
import { createLab } from './labs.ts';
import type {
  InterfaceRecord,
  LabRecord,
  LinkCondition,
  LinkRecord,
  NodeRecord,
  UserRecord,
} from './model.ts';
import { readNewNode } from './node-settings.ts';
import {
  integer,
  type JsonObject,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  required,
  text,
} from './shape.ts';

/** Topology schemas from CML 2.0 (0.0.3) to 2.10 (0.3.1). */
const schemas = ['0.0.3', '0.0.4', '0.0.5', '0.1.0', '0.2.0', '0.2.1', '0.2.2', '0.3.0', '0.3.1'];

/**
 * Imports a lab from CML's topology YAML (or JSON, which is YAML too), read by YAML 1.1 rules as CML
 * does: an unquoted `on` is a boolean, not a label. Nothing is kept when any part of it is refused (400).
 * @param title overrides the topology's own
 */
export function importTopology(
  context: CmlContext,
  user: UserRecord,
  source: string,
  title: string | undefined,
): { lab: LabRecord; warnings: string[] } {
  const topology = object(parseYaml(source), 'topology');
  const header = required(topology, 'lab', object);
  const schema = required(header, 'version', text(), 'lab');
  if (!schemas.includes(schema)) throw badRequest(`lab.version: unsupported topology schema ${schema}`);
  const fields = {
    title: title ?? required(header, 'title', text(64), 'lab'),
    description: optional(header, 'description', nullable(text(4096)), 'lab') ?? '',
    notes: optional(header, 'notes', nullable(text(32_768)), 'lab') ?? '',
  };
  if (fields.title.length > 64) throw badRequest('lab.title: longer than 64 characters');
  const uuid = () => context.world.random.uuid();
  const parts = readParts(topology, uuid);

  const lab = createLab(context, user, fields);
  lab.nodeIds = parts.nodes.map((node) => node.id);
  lab.links = parts.links;
  lab.annotations = parts.annotations;
  lab.smartAnnotations = (optional(topology, 'smart_annotations', nullable(listOf(object))) ?? []).map(
    (one) => ({ ...one, id: uuid() }),
  );
  const nodes = parts.nodes.map((node) => ({ ...node, labId: lab.id }));
  for (const node of nodes) context.store.nodes.put(node.id, node);
  syncSmartAnnotations(lab, nodes, uuid);
  lab.modified = isoNow(context);
  context.store.labs.put(lab.id, lab);
  return { lab, warnings: parts.warnings };
}

function parseYaml(source: string): unknown {
  try {
    return parse(source, { ...CML_YAML, prettyErrors: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw badRequest(`Topology is not valid YAML: ${reason}`);
  }
}

function readParts(topology: JsonObject, uuid: () => string) {
  const warnings: string[] = [];
  const nodes: NodeRecord[] = [];
  const byFileId = new Map<string, { node: NodeRecord; interfaces: Map<string, InterfaceRecord> }>();
  for (const [index, value] of required(topology, 'nodes', listOf(object)).entries()) {
    const path = `nodes[${index}]`;
    const fileId = required(value, 'id', text(64, 1), path);
    if (byFileId.has(fileId)) throw badRequest(`${path}.id: duplicate node id ${fileId}`);
    const settings = readNewNode(value, path);
    const image = settings.image_definition;
    if (image && !imageDefinitions.has(image))
      warnings.push(`Node ${settings.label}: image definition ${image} is not installed, using the default.`);
    const interfaces = readInterfaces(value, path, uuid);
    const node: NodeRecord = {
      ...settings,
      id: uuid(),
      labId: '',
      interfaces: [...interfaces.values()],
      life: { phase: 'defined' },
      consoleKey: uuid(),
      vncKey: uuid(),
    };
    nodes.push(node);
    byFileId.set(fileId, { node, interfaces });
  }
  const links = readLinks(topology, byFileId, uuid);
  const annotations = (optional(topology, 'annotations', nullable(listOf(object))) ?? []).map((one, index) =>
    readAnnotation(one, `annotations[${index}]`, uuid()),
  );
  return { nodes, links, annotations, warnings };
}

function readInterfaces(node: JsonObject, path: string, uuid: () => string): Map<string, InterfaceRecord> {
  const found = new Map<string, InterfaceRecord>();
  for (const [index, value] of (
    optional(node, 'interfaces', nullable(listOf(object)), path) ?? []
  ).entries()) {
    const where = `${path}.interfaces[${index}]`;
    const fileId = required(value, 'id', text(64, 1), where);
    if (found.has(fileId)) throw badRequest(`${where}.id: duplicate interface id ${fileId}`);
    found.set(fileId, {
      id: uuid(),
      label: required(value, 'label', text(64, 1), where),
      type: optional(value, 'type', oneOf('physical', 'loopback'), where) ?? 'physical',
      slot: optional(value, 'slot', nullable(integer(0, 128)), where) ?? null,
      mac_address: optional(value, 'mac_address', nullable(text(17)), where) ?? null,
      up: true,
    });
  }
  return found;
}

type NodesByFileId = ReadonlyMap<string, { node: NodeRecord; interfaces: Map<string, InterfaceRecord> }>;

function readLinks(topology: JsonObject, nodes: NodesByFileId, uuid: () => string): LinkRecord[] {
  const ids = new Set<string>();
  const taken = new Set<string>();
  return required(topology, 'links', listOf(object)).map((value, index) => {
    const path = `links[${index}]`;
    const fileId = required(value, 'id', text(64, 1), path);
    if (ids.has(fileId)) throw badRequest(`${path}.id: duplicate link id ${fileId}`);
    ids.add(fileId);
    const end = (nodeField: string, nodeAlias: string, field: string, alias: string) => {
      const nodeId = text()(value[nodeField] ?? value[nodeAlias], `${path}.${nodeField}`);
      const interfaceId = text()(value[field] ?? value[alias], `${path}.${field}`);
      const entry = nodes.get(nodeId);
      if (!entry) throw badRequest(`${path}.${nodeField}: there is no node ${nodeId}`);
      const one = entry.interfaces.get(interfaceId);
      if (!one) throw badRequest(`${path}.${field}: node ${nodeId} has no interface ${interfaceId}`);
      if (taken.has(one.id))
        throw badRequest(`${path}.${field}: interface ${interfaceId} of ${nodeId} is connected already`);
      taken.add(one.id);
      return { node: entry.node, one };
    };
    const a = end('n1', 'node_a', 'i1', 'interface_a');
    const b = end('n2', 'node_b', 'i2', 'interface_b');
    return {
      id: uuid(),
      label:
        optional(value, 'label', nullable(text(256)), path) ??
        `${a.node.label}-${a.one.label}<->${b.node.label}-${b.one.label}`,
      nodeA: a.node.id,
      interfaceA: a.one.id,
      nodeB: b.node.id,
      interfaceB: b.one.id,
      condition: readConditioning(value['conditioning']),
      up: true,
    };
  });
}

function readConditioning(value: unknown): LinkCondition | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, number | boolean] =>
      typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
  );
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
