import type { CmlContext } from './context.ts';
import { parseConfig, renderConfig } from './device/config-tree.ts';
import type { Device } from './device/device.ts';
import { iosShell, type Shell } from './device/ios-shell.ts';
import { linuxShell } from './device/linux-shell.ts';
import type { Network } from './device/network.ts';
import { labOf, nodesOf } from './labs.ts';
import type { InterfaceRecord, LabRecord, NodeRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { interfaceState, nodeState } from './node-states.ts';
import { deployedMac } from './node-view.ts';
import {
  runningConfiguration,
  saveRunningConfiguration,
  setRunningConfiguration,
  startupConfiguration,
} from './running-configuration.ts';

/** A shell at the node's console: an IOS-like command line, or a small Unix shell. */
export function openShell(context: CmlContext, nodeId: string): Shell {
  const node = () => {
    const found = context.store.nodes.get(nodeId);
    if (!found) throw new Error(`node ${nodeId} is gone`);
    return found;
  };
  const device = () => deviceOf(context, node());
  if (nodeDefinitions.get(node().node_definition)?.console !== 'ios')
    return linuxShell(device, () => runningConfiguration(node()));
  return iosShell({
    device,
    network: () => networkOf(context, labOf(context, node().labId)),
    change: (config) => setRunningConfiguration(context, node(), renderConfig(config)),
    save: () => saveRunningConfiguration(context, node()),
    startup: () => startupConfiguration(node()),
  });
}

/** The node as the device that it plays. */
export function deviceOf(context: CmlContext, node: NodeRecord): Device {
  const lab = labOf(context, node.labId);
  const definition = nodeDefinitions.get(node.node_definition);
  const now = context.world.clock.now();
  const since = node.life.phase === 'started' ? node.life.startsAt : now;
  return {
    id: node.id,
    label: node.label,
    platform: node.node_definition,
    isSwitch: definition?.nature === 'switch',
    config: definition?.console === 'ios' ? parseConfig(runningConfiguration(node)) : [],
    interfaces: node.interfaces.map((one) => ({
      label: one.label,
      physical: one.type === 'physical',
      carrier: one.type === 'loopback' || hasCarrier(context, lab, node, one, now),
      mac: deployedMac(one),
    })),
    uptimeSeconds: Math.max(0, Math.floor((now - since) / 1000)),
  };
}

/** The booted devices of a lab, and which of their interfaces share a broadcast domain. */
function networkOf(context: CmlContext, lab: LabRecord): Network {
  const now = context.world.clock.now();
  const booted = nodesOf(context, lab).filter((node) => nodeState(node, now) === 'BOOTED');
  const byId = new Map(booted.map((node) => [node.id, node]));
  return {
    devices: booted.map((node) => deviceOf(context, node)),
    segment: (deviceId, name) => {
      const node = byId.get(deviceId);
      const start = node?.interfaces.find((one) => one.label === (name.split('.')[0] ?? name));
      return node && start ? spread(lab, byId, node, start) : [];
    },
  };
}

/** Follows links from an interface, through switches, to every other interface that hears it. */
function spread(
  lab: LabRecord,
  nodes: ReadonlyMap<string, NodeRecord>,
  node: NodeRecord,
  start: InterfaceRecord,
) {
  const heard: { deviceId: string; name: string }[] = [];
  const seen = new Set([start.id]);
  const open: { node: NodeRecord; one: InterfaceRecord }[] = [{ node, one: start }];
  for (let next = open.shift(); next; next = open.shift()) {
    const link = lab.links.find((one) => one.interfaceA === next?.one.id || one.interfaceB === next?.one.id);
    if (!link?.up) continue;
    const far = link.interfaceA === next.one.id ? link.interfaceB : link.interfaceA;
    const owner = nodes.get(link.interfaceA === next.one.id ? link.nodeB : link.nodeA);
    const one = owner?.interfaces.find((candidate) => candidate.id === far);
    if (!owner || !one || seen.has(far)) continue;
    seen.add(far);
    heard.push({ deviceId: owner.id, name: one.label });
    if (!passesFrames(owner)) continue;
    for (const other of owner.interfaces)
      if (other.type === 'physical' && !seen.has(other.id)) {
        seen.add(other.id);
        open.push({ node: owner, one: other });
      }
  }
  return heard;
}

const passesFrames = (node: NodeRecord): boolean => {
  const nature = nodeDefinitions.get(node.node_definition)?.nature;
  return nature === 'switch' || nature === 'unmanaged_switch';
};

function hasCarrier(
  context: CmlContext,
  lab: LabRecord,
  node: NodeRecord,
  one: InterfaceRecord,
  now: number,
): boolean {
  const link = lab.links.find(
    (candidate) => candidate.interfaceA === one.id || candidate.interfaceB === one.id,
  );
  if (!link?.up || interfaceState(one, node, now) !== 'STARTED') return false;
  const far = context.store.nodes.get(link.nodeA === node.id ? link.nodeB : link.nodeA);
  const state = far && nodeState(far, now);
  return state === 'STARTED' || state === 'BOOTED';
}
