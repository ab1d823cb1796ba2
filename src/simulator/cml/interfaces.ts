import { badRequest } from './errors.ts';
import type { InterfaceRecord, NodeRecord } from './model.ts';
import { interfaceLabel, nodeDefinitions } from './node-definitions.ts';

/** Adds one interface to a node, named as its definition says; it is not kept yet. */
export function addInterface(
  node: NodeRecord,
  type: InterfaceRecord['type'],
  slot: number | null,
  id: string,
): InterfaceRecord {
  const definition = nodeDefinitions.get(node.node_definition);
  if (!definition) throw badRequest(`Node definition not found: ${node.node_definition}`);
  const loopbacks = node.interfaces.filter((one) => one.type === 'loopback').length;
  const label =
    type === 'loopback' || slot === null ? `Loopback${loopbacks}` : interfaceLabel(definition, slot);
  const one: InterfaceRecord = { id, label, type, slot, mac_address: null, up: true };
  node.interfaces.push(one);
  return one;
}

/**
 * Makes the interfaces that a request asks for: the next free slot, or every missing slot up to `slot`.
 * @throws 400 when the node has no slot left or has that one already
 */
export function fillSlots(
  node: NodeRecord,
  slot: number | undefined,
  newId: () => string,
): InterfaceRecord[] {
  const max = nodeDefinitions.get(node.node_definition)?.interfaces.max ?? 0;
  const taken = new Set(node.interfaces.map((one) => one.slot));
  const free = Array.from({ length: max }, (_, index) => index).filter((index) => !taken.has(index));
  const wanted = slot === undefined ? free.slice(0, 1) : free.filter((index) => index <= slot);
  if (slot !== undefined && slot >= max)
    throw badRequest(`Node ${node.id} has no slot ${slot}: there are ${max}.`);
  if (wanted.length === 0)
    throw badRequest(
      slot === undefined
        ? `Node ${node.id} has no free slot: all ${max} are taken.`
        : `Node ${node.id} has an interface in slot ${slot} already.`,
    );
  return wanted.map((index) => addInterface(node, 'physical', index, newId()));
}
