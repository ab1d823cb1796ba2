import type { CmlContext } from './context.ts';
import type { InterfaceRecord, NodeRecord } from './model.ts';
import { type NodeDefinition, nodeDefinitions } from './node-definitions.ts';
import { bootProgress, interfaceState, isActive, nodeState } from './node-states.ts';
import { settingsOf } from './system-settings.ts';
import { settingsView } from './topology-view.ts';

/** Which parts of a node a caller wants. */
export interface NodeViewOptions {
  operational: boolean;
  withConfiguration: boolean;
}

/** A node as `GET labs/{id}/nodes/{id}` and the bulk read show it. */
export function nodeView(context: CmlContext, node: NodeRecord, options: NodeViewOptions) {
  const now = context.world.clock.now();
  return {
    id: node.id,
    lab_id: node.labId,
    ...settingsView(node, options.withConfiguration),
    state: nodeState(node, now),
    boot_progress: bootProgress(node, now),
    ...(options.operational ? { operational: operationalView(context, node) } : {}),
  };
}

/** What the running node really has: the definition's defaults where its author left them open. */
function operationalView(context: CmlContext, node: NodeRecord) {
  const definition = nodeDefinitions.get(node.node_definition);
  const placed = isActive(node, context.world.clock.now());
  return {
    boot_disk_size: node.boot_disk_size,
    compute_id: placed ? settingsOf(context.store).computeId : null,
    cpu_limit: node.cpu_limit ?? 100,
    cpus: node.cpus ?? definition?.cpus ?? null,
    data_volume: node.data_volume,
    image_definition: node.image_definition ?? definition?.image ?? null,
    iol_app_id: definition?.driver === 'iol' && placed ? 1 : null,
    ram: node.ram ?? definition?.ramMb ?? null,
    resource_pool:
      context.store.users.get(context.store.labs.get(node.labId)?.ownerId ?? '')?.resource_pool ?? null,
    serial_consoles: serialConsoles(node, definition, placed),
    vnc_key: placed && hasVnc(definition) ? node.vncKey : null,
  };
}

function serialConsoles(node: NodeRecord, definition: NodeDefinition | undefined, placed: boolean) {
  if (!placed || !definition || definition.console === 'none') return [];
  return [{ console_key: node.consoleKey, device_number: 0, label: 'Serial Device' }];
}

/** Only full virtual machines have a screen. */
export const hasVnc = (definition: NodeDefinition | undefined): boolean => definition?.driver === 'kvm';

/** An interface as the API shows it. */
export function interfaceView(
  context: CmlContext,
  node: NodeRecord,
  one: InterfaceRecord,
  connected: boolean,
  operational: boolean,
) {
  const now = context.world.clock.now();
  return {
    id: one.id,
    lab_id: node.labId,
    node: node.id,
    label: one.label,
    slot: one.slot,
    type: one.type,
    mac_address: one.mac_address,
    is_connected: connected,
    state: interfaceState(one, node, now),
    ...(operational
      ? {
          operational: {
            device_name: null,
            mac_address: isActive(node, now) ? deployedMac(one) : null,
            src_udp_port: null,
            dst_udp_port: null,
          },
        }
      : {}),
  };
}

/** The address the interface runs with: its own, or one out of KVM's range that stays the same. */
export function deployedMac(one: InterfaceRecord): string {
  if (one.mac_address) return one.mac_address;
  const digits = one.id.replaceAll('-', '').slice(-6);
  return `52:54:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
}
