import type { World } from '../world.ts';
import type { CmlContext } from './context.ts';
import { applyText } from './device/config-edit.ts';
import { parseConfig, renderConfig } from './device/config-tree.ts';
import { openShell } from './devices.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { nodeState } from './node-states.ts';
import { portsOf } from './port-tags.ts';
import { runningConfiguration, setRunningConfiguration } from './running-configuration.ts';

/** A running device, as somebody with a login on it can read and change it. */
export interface DeviceAccess {
  /** The node's label. */
  title: string;
  labId: string;
  nodeId: string;
  nodeDefinition: string;
  runningConfig(): string;
  /**
   * `merge` types the text into configure mode; `replace` makes it the whole configuration. On Linux-like
   * nodes merging adds the lines that are not there yet.
   */
  applyConfiguration(text: string, mode: 'merge' | 'replace'): void;
  /** Enters the lines at a console of its own, with full rights, and gives what each printed. */
  enter(lines: readonly string[]): string[];
}

const registry = new WeakMap<World, Set<CmlContext>>();

/** Makes the server's devices findable in its world; the function returned takes them out again. */
export function registerDevices(context: CmlContext): () => void {
  const servers = registry.get(context.world) ?? new Set<CmlContext>();
  registry.set(context.world, servers.add(context));
  return () => {
    servers.delete(context);
  };
}

/**
 * The booted device behind a host and port, by its port tags (`serial:`, `vnc:`, `pat:`), whether or not a
 * real listener is open there; undefined when there is none.
 * @param host a server's console host or its hostname
 */
export function findDevice(world: World, host: string, port: number): DeviceAccess | undefined {
  for (const context of registry.get(world) ?? []) {
    if (context.options.consoleHost !== host && context.options.hostname !== host) continue;
    const now = context.world.clock.now();
    const node = context.store.nodes
      .values()
      .find((one) => nodeState(one, now) === 'BOOTED' && portsOf(one).some((open) => open.port === port));
    if (node) return accessTo(context, node.id);
  }
  return undefined;
}

function accessTo(context: CmlContext, nodeId: string): DeviceAccess | undefined {
  const node = context.store.nodes.get(nodeId);
  if (!node) return undefined;
  const current = () => {
    const found = context.store.nodes.get(nodeId);
    if (!found || nodeState(found, context.world.clock.now()) !== 'BOOTED')
      throw new Error(`device ${node.label} is not running any more`);
    return found;
  };
  const isIos = nodeDefinitions.get(node.node_definition)?.console === 'ios';
  return {
    title: node.label,
    labId: node.labId,
    nodeId,
    nodeDefinition: node.node_definition,
    runningConfig: () => runningConfiguration(current()),
    applyConfiguration: (text, mode) => {
      const found = current();
      const old = runningConfiguration(found);
      const changed = isIos
        ? renderConfig(applyText(parseConfig(old), text, mode))
        : mergeLines(old, text, mode);
      setRunningConfiguration(context, found, changed);
    },
    enter: (lines) => {
      const shell = openShell(context, current().id);
      if (isIos) shell.execute('enable');
      return lines.map((line) => shell.execute(line));
    },
  };
}

function mergeLines(old: string, text: string, mode: 'merge' | 'replace'): string {
  if (mode === 'replace') return text;
  const known = new Set(old.split('\n').map((line) => line.trim()));
  const added = text.split('\n').filter((line) => line.trim() !== '' && !known.has(line.trim()));
  return [old.trimEnd(), ...added]
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}
