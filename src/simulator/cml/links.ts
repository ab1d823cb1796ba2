import type { CmlContext } from './context.ts';
import { badRequest } from './errors.ts';
import { interfaceOf, touch } from './labs.ts';
import type { ElementState, LabRecord, LinkRecord } from './model.ts';
import { linkState, nodeState } from './node-states.ts';

/** Connects two interfaces of different nodes. */
export function createLink(context: CmlContext, lab: LabRecord, source: string, target: string): LinkRecord {
  const a = interfaceOf(context, lab, source);
  const b = interfaceOf(context, lab, target);
  if (a.node === b.node) throw badRequest('A link must connect interfaces of two different nodes.');
  for (const { one } of [a, b]) {
    if (one.type === 'loopback')
      throw badRequest(`Interface ${one.id} is a loopback: it cannot be connected.`);
    if (lab.links.some((link) => link.interfaceA === one.id || link.interfaceB === one.id))
      throw badRequest(`Interface ${one.id} is connected already.`);
  }
  const link: LinkRecord = {
    id: context.world.random.uuid(),
    label: `${a.node.label}-${a.one.label}<->${b.node.label}-${b.one.label}`,
    nodeA: a.node.id,
    interfaceA: a.one.id,
    nodeB: b.node.id,
    interfaceB: b.one.id,
    condition: null,
    up: true,
  };
  lab.links.push(link);
  touch(context, lab);
  return link;
}

/** The state of a link by those of its ends. */
export function stateOfLink(context: CmlContext, link: LinkRecord): ElementState {
  const now = context.world.clock.now();
  const of = (nodeId: string) => {
    const node = context.store.nodes.get(nodeId);
    return node ? nodeState(node, now) : 'DEFINED_ON_CORE';
  };
  return linkState(link, of(link.nodeA), of(link.nodeB));
}

/** A link as the API shows it. */
export function linkView(context: CmlContext, lab: LabRecord, link: LinkRecord) {
  return {
    id: link.id,
    lab_id: lab.id,
    label: link.label,
    node_a: link.nodeA,
    node_b: link.nodeB,
    interface_a: link.interfaceA,
    interface_b: link.interfaceB,
    link_capture_key: link.id,
    state: stateOfLink(context, link),
  };
}
