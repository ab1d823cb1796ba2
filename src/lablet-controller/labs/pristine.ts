import type { CmlLabs } from '@lcm/core/spi/cml.ts';
import type { Topology } from '@lcm/core/topology/topology.ts';

/**
 * Whether the lab would start as its author wrote it. Reading a running configuration back makes it the
 * node's own at CML, and that survives a wipe: such a lab holds the work of whoever had it before.
 */
export async function isPristine(labs: CmlLabs, labId: string, topology: Topology): Promise<boolean> {
  const present = await labs.configurations(labId);
  if (Object.keys(present).length !== new Set(topology.nodes.map(({ label }) => label)).size) return false;
  return topology.nodes.every(({ label, configuration }) => {
    const written = configuration.map(({ content }) => content).join('\n');
    return normal(present[label] ?? '') === normal(written);
  });
}

const normal = (text: string): string => text.replaceAll('\r\n', '\n').trim();
