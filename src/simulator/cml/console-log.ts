import type { CmlContext } from './context.ts';
import { badRequest } from './errors.ts';
import type { NodeRecord } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { isActive } from './node-states.ts';

const keptLines = 1_000;

/** Notes what went over a node's console, one entry a line: `|<ms since the node was started>|<text>`. */
export function logConsole(context: CmlContext, node: NodeRecord, text: string): void {
  const since = node.life.phase === 'started' ? node.life.startsAt : context.world.clock.now();
  const stamp = Math.max(0, context.world.clock.now() - since);
  const lines = text.split(/\r?\n/).map((line) => `|${stamp}|${line}`);
  const old = node.consoleLog === undefined ? [] : node.consoleLog.split('\n');
  node.consoleLog = [...old, ...lines].slice(-keptLines).join('\n');
  context.store.nodes.put(node.id, node);
}

/**
 * The console's history in CML's form. Its beginning is the boot, as far as it has come.
 * @throws 400 for a console that the node does not have or while it is not running
 */
export function consoleHistory(
  context: CmlContext,
  node: NodeRecord,
  consoleId: string,
  lines?: number,
): string {
  const definition = nodeDefinitions.get(node.node_definition);
  const now = context.world.clock.now();
  if (consoleId !== '0' || !definition || definition.console === 'none')
    throw badRequest(`Node ${node.id} has no console ${consoleId}.`);
  if (!isActive(node, now) || node.life.phase !== 'started')
    throw badRequest(`Node ${node.id} is not running.`);
  const { startsAt, bootsAt } = node.life;
  const boot =
    definition.console === 'ios'
      ? [`Booting ${definition.label}...`, 'Press RETURN to get started!']
      : ['Booting the kernel.', `Welcome to ${definition.label}`];
  const times = [startsAt, bootsAt];
  const history = boot.flatMap((line, index) => {
    const at = times[index] ?? bootsAt;
    return now >= at ? [`|${at - startsAt}|${line}`] : [];
  });
  if (node.consoleLog !== undefined) history.push(...node.consoleLog.split('\n'));
  return (lines === undefined ? history : history.slice(-lines)).join('\r\n');
}
