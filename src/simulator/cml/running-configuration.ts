import type { CmlContext } from './context.ts';
import { badRequest } from './errors.ts';
import { factoryConfiguration } from './factory-configuration.ts';
import type { Configuration, NodeRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { nodeState } from './node-states.ts';

/** What the device would start with: what was saved on it, else its day-0 configuration, else the factory's. */
export function startupConfiguration(node: NodeRecord): string {
  const given = node.startup ?? dayZero(node);
  const isIos = nodeDefinitions.get(node.node_definition)?.console === 'ios';
  return given.trim() === '' && isIos ? factoryConfiguration(node) : given;
}

/** What the device runs with now; it starts from what it booted with. */
export const runningConfiguration = (node: NodeRecord): string => node.running ?? startupConfiguration(node);

/** Changes what the device runs with. */
export function setRunningConfiguration(context: CmlContext, node: NodeRecord, configuration: string): void {
  node.running = configuration;
  context.store.nodes.put(node.id, node);
}

/** Saves what the device runs with, so that it survives a stop (not a wipe). */
export function saveRunningConfiguration(context: CmlContext, node: NodeRecord): void {
  node.startup = runningConfiguration(node);
  context.store.nodes.put(node.id, node);
}

/**
 * Copies the running configuration into the node's own, as "fetch configuration" does; it is saved on the
 * device too. Only a booted device can be asked, and not every kind has a configuration.
 */
export function extractConfiguration(context: CmlContext, node: NodeRecord): void {
  const definition = nodeDefinitions.get(node.node_definition);
  if (!definition?.configurationFile || definition.console === 'none')
    throw badRequest(`Configuration extraction is not supported by ${node.node_definition} nodes.`);
  if (nodeState(node, context.world.clock.now()) !== 'BOOTED')
    throw badRequest(`Node ${node.id} is not booted: its configuration cannot be extracted.`);
  node.configuration = withMainFile(node, runningConfiguration(node));
  saveRunningConfiguration(context, node);
}

/** The main day-0 file: the one that the definition names, else the first. */
function dayZero(node: NodeRecord): string {
  const { configuration } = node;
  if (configuration === null || typeof configuration === 'string') return configuration ?? '';
  return (configuration[mainIndex(node)] ?? configuration[0])?.content ?? '';
}

/** The node's configuration with its main file's content replaced, in the form that it already has. */
export function withMainFile(node: NodeRecord, content: string): Configuration {
  const { configuration } = node;
  if (typeof configuration === 'string') return content;
  const files = configuration ?? [];
  const index = Math.max(0, mainIndex(node));
  const name = files[index]?.name ?? nodeDefinitions.get(node.node_definition)?.configurationFile ?? 'Main';
  return [...files.slice(0, index), { name, content }, ...files.slice(index + 1)];
}

function mainIndex(node: NodeRecord): number {
  const name = nodeDefinitions.get(node.node_definition)?.configurationFile;
  return Array.isArray(node.configuration) ? node.configuration.findIndex((file) => file.name === name) : -1;
}
