import type { CmlContext } from './context.ts';
import { CmlError } from './errors.ts';
import { nodesOf } from './labs.ts';
import { licensingView } from './licensing-view.ts';
import { nodeDefinitions } from './node-definitions.ts';
import { labState, nodeState } from './node-states.ts';
import { systemHealth } from './system-health.ts';

/** `diagnostics/{category}`: what support asks for. 404 for a category that CML 2.9 does not have. */
export function diagnostics(context: CmlContext, category: string): unknown {
  const found = categories[category];
  if (!found) throw new CmlError(404, `Diagnostics category not found: ${category}`);
  return found(context);
}

const categories: Record<string, (context: CmlContext) => unknown> = {
  computes: (context) => systemHealth(context).computes,
  labs: (context) =>
    Object.fromEntries(
      context.store.labs.values().map((lab) => {
        const now = context.world.clock.now();
        const nodes = nodesOf(context, lab);
        return [
          lab.id,
          {
            owner: context.store.users.get(lab.ownerId)?.username ?? '',
            created: lab.created,
            state: labState(nodes, now),
            nodes: Object.fromEntries(
              nodes.map((node) => [node.id, { label: node.label, state: nodeState(node, now) }]),
            ),
          },
        ];
      }),
    ),
  lab_events: (context) => context.telemetry.happened().filter((event) => event.data['lab_id'] !== undefined),
  node_launch_queue: (context) => {
    const now = context.world.clock.now();
    return context.store.nodes
      .values()
      .filter((node) => nodeState(node, now) === 'QUEUED')
      .map((node) => ({ lab_id: node.labId, node_id: node.id, label: node.label }));
  },
  // The port tags are served outside the API: what it could not open is found in its log alone.
  services: (context) => ({
    'patty.service': { active: context.options.consoles ?? false, log: context.consoleLog },
  }),
  node_definitions: () => [...nodeDefinitions.keys()],
  user_list: (context) =>
    context.store.users.values().map(({ id, username, admin }) => ({ id, username, admin })),
  licensing: licensingView,
  startup_scheduler: () => ({ queued: [] }),
};
