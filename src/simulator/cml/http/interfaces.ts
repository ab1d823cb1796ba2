import { addressesOf } from '../addresses.ts';
import { badRequest } from '../errors.ts';
import { fillSlots } from '../interfaces.ts';
import { assertNotActive } from '../lab-life.ts';
import { interfaceOf, nodeOf, nodesOf, touch } from '../labs.ts';
import type { LabRecord } from '../model.ts';
import { interfaceState } from '../node-states.ts';
import { interfaceView } from '../node-view.ts';
import { integer, nullable, object, optional, required, text } from '../shape.ts';
import { type LabCall, says, type Topic } from './endpoints.ts';

/** Interfaces of nodes, and the addresses seen on them. */
export const interfacesTopic: Topic = (on, context) => {
  const path = '/labs/:labId/interfaces/:interfaceId';
  const found = ({ lab, params }: LabCall) => interfaceOf(context, lab, params['interfaceId'] ?? '');
  const view = (call: LabCall) => {
    const { node, one } = found(call);
    return interfaceView(context, node, one, isConnected(call.lab, one.id), says(call.query['operational']));
  };

  on.lab('lab_view', 'GET', '/labs/:labId/nodes/:nodeId/interfaces', ({ lab, params, query }) => {
    const node = nodeOf(context, lab, params['nodeId'] ?? '');
    if (!says(query['data'])) return node.interfaces.map((one) => one.id);
    return node.interfaces.map((one) =>
      interfaceView(context, node, one, isConnected(lab, one.id), says(query['operational'])),
    );
  });
  on.lab('lab_edit', 'POST', '/labs/:labId/interfaces', ({ lab, body }) => {
    const from = object(body, 'body');
    const node = nodeOf(context, lab, required(from, 'node', text(64, 1)));
    const slot = optional(from, 'slot', nullable(integer(0, 128))) ?? undefined;
    const mac = optional(from, 'mac_address', nullable(text(17))) ?? null;
    const made = fillSlots(node, slot, () => context.world.random.uuid());
    for (const one of made) if (one.slot === slot || made.length === 1) one.mac_address = mac;
    context.store.nodes.put(node.id, node);
    touch(context, lab);
    const views = made.map((one) => interfaceView(context, node, one, false, false));
    return views.length === 1 ? views[0] : views;
  });
  on.lab('lab_view', 'GET', path, view);
  on.lab('lab_edit', 'PATCH', path, (call) => {
    const { node, one } = found(call);
    const mac = optional(object(call.body, 'body'), 'mac_address', nullable(text(17)));
    if (mac !== undefined) {
      assertNotActive(context, node, 'changing mac_address');
      one.mac_address = mac;
      context.store.nodes.put(node.id, node);
      touch(context, call.lab);
    }
    return view(call);
  });
  on.lab('lab_edit', 'DELETE', path, (call) => {
    const { node, one } = found(call);
    if (node.life.phase !== 'defined')
      throw badRequest(`Node ${node.id} must be stopped and wiped before its interfaces can be deleted.`);
    node.interfaces = node.interfaces.filter((other) => other !== one);
    context.store.nodes.put(node.id, node);
    call.lab.links = call.lab.links.filter(
      (link) => link.interfaceA !== one.id && link.interfaceB !== one.id,
    );
    touch(context, call.lab);
  });
  on.lab('lab_view', 'GET', `${path}/state`, (call) => {
    const { node, one } = found(call);
    return { state: interfaceState(one, node, context.world.clock.now()) };
  });
  for (const [verb, up] of [
    ['start', true],
    ['stop', false],
  ] as const)
    on.lab('lab_exec', 'PUT', `${path}/state/${verb}`, (call) => {
      const { node, one } = found(call);
      one.up = up;
      context.store.nodes.put(node.id, node);
    });

  on.lab('lab_view', 'GET', '/labs/:labId/layer3_addresses', ({ lab }) =>
    Object.fromEntries(nodesOf(context, lab).map((node) => [node.id, addressesOf(context, node)])),
  );
  on.lab('lab_view', 'GET', '/labs/:labId/nodes/:nodeId/layer3_addresses', ({ lab, params }) =>
    addressesOf(context, nodeOf(context, lab, params['nodeId'] ?? '')),
  );
};

const isConnected = (lab: LabRecord, interfaceId: string): boolean =>
  lab.links.some((link) => link.interfaceA === interfaceId || link.interfaceB === interfaceId);
