import type { CmlContext } from './context.ts';
import { badRequest, forbidden } from './errors.ts';
import { nodesOf } from './labs.ts';
import { assertLicensed } from './licensing-state.ts';
import type { LabRecord, NodeRecord, UserRecord } from './model.ts';
import { countsForLicence, type NodeDefinition, nodeDefinitions } from './node-definitions.ts';
import { isActive, labState, nodeState } from './node-states.ts';
import { defaultCapacity } from './options.ts';
import { settingsOf } from './system-settings.ts';

/**
 * Starts every node of the lab that is not active. Refused as a whole when the licence, the admission
 * state or the host's memory does not allow all of them.
 */
export function startLab(context: CmlContext, lab: LabRecord, user: UserRecord): void {
  const now = context.world.clock.now();
  const all = nodesOf(context, lab);
  if (all.some((node) => node.life.phase === 'stopping' && isActive(node, now)))
    throw badRequest(`Lab ${lab.id} is still stopping: wait until it is stopped to start it.`);
  const nodes = all.filter((node) => !isActive(node, now));
  startNodes(context, lab, nodes, user);
  context.telemetry.record('start_lab', about(lab, user));
}

/** Starts these nodes; see `startLab` for what refuses it. */
export function startNodes(context: CmlContext, lab: LabRecord, nodes: NodeRecord[], user: UserRecord): void {
  if (nodes.length === 0) return;
  assertCanStart(context, nodes);
  const { clock, random, delays } = context.world;
  const now = clock.now();
  // The host launches nodes one after another: a lab of hundreds takes about three times a small one's time.
  const stagger = delays.nodeBootMs * Math.min(1 / 150, 2 / nodes.length);
  for (const [index, node] of nodes.entries()) {
    const factor = nodeDefinitions.get(node.node_definition)?.bootFactor ?? 1;
    const startsAt = factor === 0 ? now : now + Math.round(delays.nodeBootMs * 0.05 + stagger * index);
    const bootsAt = startsAt + Math.round(delays.nodeBootMs * factor * (0.8 + 0.4 * random.next()));
    node.life = { phase: 'started', queuedAt: now, startsAt, bootsAt };
    delete node.running;
    context.store.nodes.put(node.id, node);
    const data = { ...about(lab, user), node_id: node.id, node_label: node.label };
    context.telemetry.record('queue_node', data, now);
    context.telemetry.record('start_node', data, startsAt);
    context.telemetry.record('boot_node', data, bootsAt);
  }
  context.world.ledger.open('runningLab', lab.id, { server: context.options.serverId, title: lab.title });
  context.consolesChanged();
}

/** Stops every active node of the lab. */
export function stopLab(context: CmlContext, lab: LabRecord, user: UserRecord): void {
  const now = context.world.clock.now();
  context.telemetry.record('stop_lab', about(lab, user));
  stopNodes(
    context,
    lab,
    nodesOf(context, lab).filter((node) => isActive(node, now)),
    user,
  );
}

/** Stops these nodes; what was not saved on them is lost when they are down. */
export function stopNodes(context: CmlContext, lab: LabRecord, nodes: NodeRecord[], user: UserRecord): void {
  const { clock, delays } = context.world;
  const stopsAt = clock.now() + delays.labStopMs;
  const stopping = nodes.filter((node) => node.life.phase === 'started');
  context.telemetry.callOff(new Set(stopping.map((node) => node.id)));
  for (const node of stopping) {
    node.life = { phase: 'stopping', stopsAt };
    delete node.running;
    context.store.nodes.put(node.id, node);
    const data = { ...about(lab, user), node_id: node.id, node_label: node.label };
    context.telemetry.record('stop_node', data, stopsAt);
  }
  context.consolesChanged();
  watchLab(context, lab.id);
}

/** Wipes every node of the lab; refused while any of them is active. */
export function wipeLab(context: CmlContext, lab: LabRecord, user: UserRecord): void {
  const nodes = nodesOf(context, lab);
  const now = context.world.clock.now();
  if (nodes.some((node) => isActive(node, now)))
    throw badRequest(`Lab ${lab.id} is not stopped: a running lab cannot be wiped.`);
  for (const node of nodes) wipeNode(context, lab, node, user);
}

/** Throws the node's disks away: it starts from its day-0 configuration again. */
export function wipeNode(context: CmlContext, lab: LabRecord, node: NodeRecord, user: UserRecord): void {
  if (isActive(node, context.world.clock.now()))
    throw badRequest(`Node ${node.id} is running: only a stopped node can be wiped.`);
  if (node.life.phase === 'defined') return;
  node.life = { phase: 'defined' };
  delete node.running;
  delete node.startup;
  delete node.consoleLog;
  context.store.nodes.put(node.id, node);
  context.telemetry.record('wipe_node', { ...about(lab, user), node_id: node.id, node_label: node.label });
}

/** Deletes the lab; refused unless it is stopped and wiped. */
export function deleteLab(context: CmlContext, lab: LabRecord, user: UserRecord): void {
  const state = labState(nodesOf(context, lab), context.world.clock.now());
  if (state !== 'DEFINED_ON_CORE')
    throw badRequest(`Lab ${lab.id} is ${state}: it must be stopped and wiped before it can be deleted.`);
  for (const id of lab.nodeIds) context.store.nodes.delete(id);
  for (const link of lab.links) context.store.captures.delete(link.id);
  context.store.labs.delete(lab.id);
  context.world.ledger.close('runningLab', lab.id);
  context.world.ledger.close('lab', lab.id);
  context.telemetry.record('delete_lab', about(lab, user));
}

/** Closes the ledger's entry of a running lab when its last node is down; re-armed after a restart. */
export function watchLab(context: CmlContext, labId: string): void {
  const lab = context.store.labs.get(labId);
  if (!lab) return;
  const nodes = nodesOf(context, lab);
  const now = context.world.clock.now();
  if (labState(nodes, now) !== 'STARTED') {
    context.world.ledger.close('runningLab', labId);
    return;
  }
  const ends = nodes.flatMap((node) => (node.life.phase === 'stopping' ? [node.life.stopsAt] : []));
  const last = Math.max(0, ...ends);
  if (last > now) context.agenda.at(last, () => watchLab(context, labId));
}

/** What the nodes that are active now take from the host. */
export function usage(context: CmlContext): { nodes: number; licensed: number; cpus: number; ramMb: number } {
  const now = context.world.clock.now();
  const total = { nodes: 0, licensed: 0, cpus: 0, ramMb: 0 };
  for (const node of context.store.nodes.values()) {
    if (!isActive(node, now)) continue;
    const definition = nodeDefinitions.get(node.node_definition);
    total.nodes += 1;
    total.licensed += countsForLicence(definition) ? 1 : 0;
    total.cpus += node.cpus ?? definition?.cpus ?? 0;
    total.ramMb += node.ram ?? definition?.ramMb ?? 0;
  }
  return total;
}

function assertCanStart(context: CmlContext, nodes: NodeRecord[]): void {
  const { admission_state: admission } = settingsOf(context.store);
  if (admission !== 'READY')
    throw forbidden(`No compute host is available: its admission state is ${admission}.`);
  const used = usage(context);
  const definitions = nodes.map((node): [NodeRecord, NodeDefinition | undefined] => [
    node,
    nodeDefinitions.get(node.node_definition),
  ]);
  const licensed = definitions.filter(([, definition]) => countsForLicence(definition)).length;
  assertLicensed(context, used.licensed, licensed);
  const ramMb = definitions.reduce((sum, [node, kind]) => sum + (node.ram ?? kind?.ramMb ?? 0), 0);
  const offeredMb = (context.options.capacity ?? defaultCapacity).memoryGb * 1024;
  if (used.ramMb + ramMb > offeredMb)
    throw forbidden(
      `Not enough memory: ${used.ramMb} of ${offeredMb} MB are in use, ${ramMb} MB more needed.`,
    );
}

/** Whether the node may be changed in ways that only a node without disks allows. */
export function assertNotActive(context: CmlContext, node: NodeRecord, what: string): void {
  const state = nodeState(node, context.world.clock.now());
  if (state !== 'DEFINED_ON_CORE' && state !== 'STOPPED')
    throw badRequest(`Node ${node.id} is ${state}: ${what} needs a stopped node.`);
}

/** What every telemetry event about a lab carries. */
export const about = (lab: LabRecord, user: UserRecord): Record<string, unknown> => ({
  lab_id: lab.id,
  lab_title: lab.title,
  user_id: user.id,
  username: user.username,
});
