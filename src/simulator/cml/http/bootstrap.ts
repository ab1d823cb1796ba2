import type { CmlContext } from '../context.ts';
import { nodesOf, touch } from '../labs.ts';
import type { LabRecord } from '../model.ts';
import { nodeDefinitions } from '../node-definitions.ts';
import { isActive } from '../node-states.ts';
import { withMainFile } from '../running-configuration.ts';
import type { Topic } from './endpoints.ts';

/** Writes a simple day-0 configuration for every node that has none. */
export const bootstrapTopic: Topic = (on, context) => {
  on.lab('lab_edit', 'GET', '/labs/:labId/bootstrap', ({ lab }) => bootstrap(context, lab));
};

function bootstrap(context: CmlContext, lab: LabRecord): Record<string, string> {
  const now = context.world.clock.now();
  const made: Record<string, string> = {};
  for (const node of nodesOf(context, lab)) {
    const definition = nodeDefinitions.get(node.node_definition);
    const empty = node.configuration === null || node.configuration.length === 0;
    if (!empty || !definition?.configurationFile || definition.console === 'none' || isActive(node, now))
      continue;
    const hostname = node.label.replaceAll(/[^\w-]/g, '-');
    const content = definition.console === 'ios' ? `hostname ${hostname}\nend\n` : `hostname ${hostname}\n`;
    node.configuration = withMainFile(node, content);
    context.store.nodes.put(node.id, node);
    made[node.id] = content;
  }
  touch(context, lab);
  return made;
}
