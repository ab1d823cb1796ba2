import { stringify } from 'yaml';
import type { CmlContext } from './context.ts';
import { nodesOf } from './labs.ts';
import type { InterfaceRecord, LabRecord, LinkRecord, NodeRecord, NodeSettings } from './model.ts';

/** The schema that CML 2.9 writes. */
const schema = '0.3.0';

/** The lab as `GET labs/{id}/topology` shows it, with the server's ids. */
export function topologyView(context: CmlContext, lab: LabRecord, withConfigurations: boolean) {
  return {
    lab: {
      title: lab.title,
      description: lab.description,
      notes: lab.notes,
      owner: lab.ownerId,
      version: schema,
    },
    nodes: nodesOf(context, lab).map((node) => ({
      id: node.id,
      ...settingsView(node, withConfigurations),
      interfaces: node.interfaces.map(interfaceView),
    })),
    links: lab.links.map(linkTopologyView),
    annotations: lab.annotations,
    smart_annotations: lab.smartAnnotations,
  };
}

/** The lab as YAML that any CML 2.9 imports again: ids counted from zero, as CML's own export has them. */
export function exportTopology(context: CmlContext, lab: LabRecord): string {
  const nodes = nodesOf(context, lab);
  const nodeNumber = new Map(nodes.map((node, index) => [node.id, `n${index}`]));
  const interfaceNumber = new Map(
    nodes.flatMap((node) => node.interfaces.map((one, index) => [one.id, `i${index}`] as const)),
  );
  const withoutId = ({ id: _id, ...rest }: Record<string, unknown>) => rest;
  const document = {
    annotations: lab.annotations.map(withoutId),
    smart_annotations: lab.smartAnnotations.map(withoutId),
    nodes: nodes.map((node) => ({
      ...settingsView(node, true),
      configuration: node.configuration ?? [],
      id: nodeNumber.get(node.id),
      interfaces: node.interfaces.map((one) => ({
        id: interfaceNumber.get(one.id),
        label: one.label,
        mac_address: one.mac_address,
        ...(one.slot === null ? {} : { slot: one.slot }),
        type: one.type,
      })),
    })),
    links: lab.links.map((link, index) => ({
      id: `l${index}`,
      n1: nodeNumber.get(link.nodeA),
      n2: nodeNumber.get(link.nodeB),
      i1: interfaceNumber.get(link.interfaceA),
      i2: interfaceNumber.get(link.interfaceB),
      conditioning: link.condition ?? {},
      label: link.label,
    })),
    lab: { description: lab.description, notes: lab.notes, title: lab.title, version: schema },
  };
  // Written for a YAML 1.1 reader: what it would take for a boolean or a number is quoted.
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** The author's part of a node, on the wire. */
export function settingsView(node: NodeRecord, withConfiguration: boolean): Partial<NodeSettings> {
  return {
    boot_disk_size: node.boot_disk_size,
    ...(withConfiguration ? { configuration: node.configuration } : {}),
    cpu_limit: node.cpu_limit,
    cpus: node.cpus,
    data_volume: node.data_volume,
    hide_links: node.hide_links,
    image_definition: node.image_definition,
    label: node.label,
    node_definition: node.node_definition,
    parameters: node.parameters,
    pinned_compute_id: node.pinned_compute_id,
    ram: node.ram,
    tags: node.tags,
    x: node.x,
    y: node.y,
  };
}

function interfaceView(one: InterfaceRecord) {
  return {
    id: one.id,
    label: one.label,
    slot: one.slot,
    type: one.type,
    mac_address: one.mac_address,
  };
}

function linkTopologyView(link: LinkRecord) {
  return {
    id: link.id,
    node_a: link.nodeA,
    node_b: link.nodeB,
    interface_a: link.interfaceA,
    interface_b: link.interfaceB,
    label: link.label,
    conditioning: link.condition ?? {},
  };
}
