import type { CmlActivity } from '@lcm/core/spi/cml.ts';

/**
 * What somebody does on CML, by the categories of its telemetry. What happens by itself (a node that has
 * booted, statistics, licence checks) is no use of the server.
 */
const USES: ReadonlySet<string> = new Set([
  'user_activity',
  'create_lab',
  'import_lab',
  'export_lab',
  'delete_lab',
  'start_lab',
  'stop_lab',
  'wipe_lab',
  'queue_node',
  'start_node',
  'stop_node',
  'wipe_node',
  'packet_capture',
]);

/** When somebody last used the server, if that is among the activities. */
export function latestUse(activities: readonly CmlActivity[]): string | undefined {
  return activities
    .filter(({ category }) => USES.has(category.toLowerCase()))
    .map(({ at }) => at)
    .sort()
    .at(-1);
}
