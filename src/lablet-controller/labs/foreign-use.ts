import type { Need } from '@lcm/core/domain/resources.ts';
import type { CmlLab, CmlLabs } from '@lcm/core/spi/cml.ts';
import { nodeDefaults } from '@lcm/core/topology/node-definitions.ts';
import { parsePortTag } from '@lcm/core/topology/port-tags.ts';
import { isStopped, isWiped } from './removal.ts';

/**
 * What labs take from a server that LCM did not make. Ports count whether or not the lab runs, since CML does
 * not refuse clashes; a disk until the lab is wiped; the rest only while it runs.
 */
export async function foreignUse(
  labs: CmlLabs,
  foreign: readonly CmlLab[],
): Promise<{ ports: number[]; need: Need }> {
  const ports = new Set<number>();
  const sum = { cpuCores: 0, memoryMb: 0, storageGb: 0, nodes: 0 };
  for (const lab of foreign) {
    for (const node of await labs.nodes(lab.id)) {
      for (const tag of node.tags) {
        const outer = parsePortTag(tag)?.outer;
        if (typeof outer === 'number') ports.add(outer);
      }
      const defaults = nodeDefaults(node.nodeDefinition);
      if (!isWiped(lab)) sum.storageGb += defaults.diskGb;
      if (isStopped(lab)) continue;
      sum.cpuCores += node.cpus || defaults.cpus;
      sum.memoryMb += node.memoryMb || defaults.memoryMb;
      if (defaults.licensed) sum.nodes++;
    }
  }
  const need = {
    cpuCores: sum.cpuCores,
    memoryGb: sum.memoryMb / 1024,
    storageGb: sum.storageGb,
    nodes: sum.nodes,
    ports: ports.size,
  };
  return { ports: [...ports].sort((one, other) => one - other), need };
}
