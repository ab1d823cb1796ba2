import { syncSmartAnnotations } from '../annotations.ts';
import { consoleHistory } from '../console-log.ts';
import type { CmlContext } from '../context.ts';
import { badRequest } from '../errors.ts';
import { addInterface } from '../interfaces.ts';
import { assertNotActive, startNodes, stopNodes, wipeNode } from '../lab-life.ts';
import { nodeOf, nodesOf, touch } from '../labs.ts';
import type { LabRecord, NodeRecord, NodeSettings } from '../model.ts';
import { nodeDefinitions } from '../node-definitions.ts';
import { readNewNode, readNodeChange } from '../node-settings.ts';
import { bootProgress, isActive, isSettled, nodeState } from '../node-states.ts';
import { hasVnc, nodeView } from '../node-view.ts';
import { extractConfiguration, withMainFile } from '../running-configuration.ts';
import { type JsonObject, object } from '../shape.ts';
import { type LabCall, says, type Topic } from './endpoints.ts';

/** Nodes: bulk and single reads, create, change, delete, run, consoles. */
export const nodesTopic: Topic = (on, context) => {
  const node = ({ lab, params }: LabCall) => nodeOf(context, lab, params['nodeId'] ?? '');
  const path = '/labs/:labId/nodes/:nodeId';

  on.lab('lab_view', 'GET', '/labs/:labId/nodes', ({ lab, query }) =>
    says(query['data'])
      ? nodesOf(context, lab).map((one) => nodeView(context, one, viewOptions(query)))
      : lab.nodeIds,
  );
  on.lab('lab_edit', 'POST', '/labs/:labId/nodes', ({ lab, body, query }) => {
    const created = createNode(context, lab, object(body, 'body'), says(query['populate_interfaces']));
    return { id: created.id };
  });
  on.lab('lab_view', 'GET', path, (call) => nodeView(context, node(call), viewOptions(call.query)));
  on.lab('lab_edit', 'PATCH', path, (call) => {
    changeNode(context, call.lab, node(call), object(call.body, 'body'));
    return call.params['nodeId'];
  });
  on.lab('lab_edit', 'DELETE', path, (call) => deleteNode(context, call.lab, node(call)));

  on.lab('lab_view', 'GET', `${path}/state`, (call) => {
    const now = context.world.clock.now();
    return { state: nodeState(node(call), now), progress: bootProgress(node(call), now) };
  });
  on.lab('lab_view', 'GET', `${path}/check_if_converged`, (call) =>
    isSettled(node(call), context.world.clock.now()),
  );
  on.lab('lab_exec', 'PUT', `${path}/state/start`, (call) => {
    const one = node(call);
    const active = isActive(one, context.world.clock.now());
    if (active && one.life.phase === 'stopping') throw badRequest(`Node ${one.id} is still stopping.`);
    if (!active) startNodes(context, call.lab, [one], call.user);
  });
  on.lab('lab_exec', 'PUT', `${path}/state/stop`, (call) =>
    stopNodes(context, call.lab, [node(call)], call.user),
  );
  on.lab('lab_exec', 'PUT', `${path}/wipe_disks`, (call) =>
    wipeNode(context, call.lab, node(call), call.user),
  );
  on.lab('lab_edit', 'PUT', `${path}/extract_configuration`, (call) => {
    extractConfiguration(context, node(call));
    touch(context, call.lab);
    return 'Configuration extracted successfully.';
  });
  on.lab('lab_view', 'GET', `${path}/keys/console`, (call) => {
    if (nodeDefinitions.get(node(call).node_definition)?.console === 'none')
      throw badRequest(`Node ${call.params['nodeId']} has no console.`);
    return node(call).consoleKey;
  });
  on.lab('lab_view', 'GET', `${path}/keys/vnc`, (call) => {
    if (!hasVnc(nodeDefinitions.get(node(call).node_definition)))
      throw badRequest(`Node ${call.params['nodeId']} has no VNC screen.`);
    return node(call).vncKey;
  });
  on.lab('lab_view', 'GET', `${path}/consoles/:consoleId/log`, (call) => {
    const lines = call.query['lines'] === undefined ? undefined : Number(call.query['lines']);
    return consoleHistory(context, node(call), call.params['consoleId'] ?? '', lines);
  });
};

const viewOptions = (query: Record<string, string>) => ({
  operational: says(query['operational']),
  withConfiguration: !says(query['exclude_configurations']),
});

function createNode(context: CmlContext, lab: LabRecord, from: JsonObject, populate: boolean): NodeRecord {
  const uuid = () => context.world.random.uuid();
  const node: NodeRecord = {
    ...readNewNode(from, 'body'),
    id: uuid(),
    labId: lab.id,
    interfaces: [],
    life: { phase: 'defined' },
    consoleKey: uuid(),
    vncKey: uuid(),
  };
  const naming = nodeDefinitions.get(node.node_definition)?.interfaces;
  if (populate && naming) {
    if (naming.loopback) addInterface(node, 'loopback', null, uuid());
    for (let slot = 0; slot < naming.defaultCount; slot++) addInterface(node, 'physical', slot, uuid());
  }
  context.store.nodes.put(node.id, node);
  lab.nodeIds.push(node.id);
  syncSmartAnnotations(lab, nodesOf(context, lab), uuid);
  touch(context, lab);
  return node;
}

/** Fields that can change on a running node; the others need it stopped. */
const changeableAlways: ReadonlySet<string> = new Set(['label', 'x', 'y', 'hide_links', 'tags']);

function changeNode(context: CmlContext, lab: LabRecord, node: NodeRecord, from: JsonObject): void {
  const change: Partial<NodeSettings> = readNodeChange(from, 'body');
  if (change.node_definition !== undefined && change.node_definition !== node.node_definition)
    throw badRequest('body.node_definition: cannot be changed');
  for (const field of Object.keys(change))
    if (!changeableAlways.has(field)) assertNotActive(context, node, `changing ${field}`);
  const { parameters, configuration, ...plain } = change;
  Object.assign(node, plain);
  if (parameters) node.parameters = mergeParameters(node.parameters, parameters);
  if (configuration !== undefined)
    setConfiguration(node, configuration, Array.isArray(from['configuration']));
  context.store.nodes.put(node.id, node);
  if (plain.tags) {
    syncSmartAnnotations(lab, nodesOf(context, lab), () => context.world.random.uuid());
    context.consolesChanged();
  }
  touch(context, lab);
}

/** A text sets the main file, a single file replaces its namesake, a list replaces everything. */
function setConfiguration(node: NodeRecord, value: NodeSettings['configuration'], whole: boolean): void {
  if (value === null || whole) {
    node.configuration = value;
    return;
  }
  if (typeof value === 'string') {
    node.configuration = node.configuration === null ? value : withMainFile(node, value);
    return;
  }
  for (const file of value) {
    if (file.name === 'Main' || !Array.isArray(node.configuration)) {
      node.configuration = withMainFile(node, file.content);
      continue;
    }
    const others = node.configuration.filter((one) => one.name !== file.name);
    const index = node.configuration.findIndex((one) => one.name === file.name);
    node.configuration = others.toSpliced(index < 0 ? others.length : index, 0, file);
  }
}

function mergeParameters(old: Record<string, unknown>, update: Record<string, unknown>) {
  return Object.fromEntries(Object.entries({ ...old, ...update }).filter(([, value]) => value !== null));
}

function deleteNode(context: CmlContext, lab: LabRecord, node: NodeRecord): void {
  const state = nodeState(node, context.world.clock.now());
  if (state !== 'DEFINED_ON_CORE')
    throw badRequest(`Node ${node.id} is ${state}: it must be stopped and wiped before it can be deleted.`);
  context.store.nodes.delete(node.id);
  lab.nodeIds = lab.nodeIds.filter((id) => id !== node.id);
  lab.links = lab.links.filter((link) => link.nodeA !== node.id && link.nodeB !== node.id);
  syncSmartAnnotations(lab, nodesOf(context, lab), () => context.world.random.uuid());
  touch(context, lab);
}
