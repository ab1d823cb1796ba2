import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { CmlNode } from '@lcm/core/spi/cml.ts';
import { nodeDefaults } from '@lcm/core/topology/node-definitions.ts';
import type { SessionWork } from '../session-work.ts';
import type { ReachableSite } from '../site.ts';
import { inParallel } from './in-parallel.ts';

/** What did not come of it, by node label. */
export interface Extraction {
  /** CML has nothing to extract there: the node is off, or of a kind that has no configuration. */
  refused: Record<string, string>;
  /** CML did not do it now; it may later. */
  failed: Record<string, string>;
}

/** How often a node is asked for at once; in a large lab some request always fails. */
const ROUNDS = 3;

/**
 * Makes CML read the running configuration of every device back into the lab. All are asked, whatever state
 * CML says that they are in: its word may be old, and what is not read back now is lost.
 */
export async function extractConfigurations(
  work: SessionWork,
  { labs }: ReachableSite,
  cmlLabId: string,
): Promise<Extraction> {
  const refused: Record<string, string> = {};
  let failed = new Map<CmlNode, string>();
  const ask = async (node: CmlNode) => {
    work.holdFast();
    try {
      const { extracted, message } = await labs.extractConfiguration(cmlLabId, node.id);
      if (!extracted) refused[node.label] = message ?? 'CML gave no reason';
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || !PASSING.includes(refusal.code)) throw refusal;
      failed.set(node, refusal.message);
    }
  };
  let left = (await labs.nodes(cmlLabId)).filter(
    ({ nodeDefinition }) => nodeDefaults(nodeDefinition).console,
  );
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    failed = new Map();
    await inParallel(left, ask);
    left = [...failed.keys()];
  }
  return { refused, failed: Object.fromEntries([...failed].map(([{ label }, why]) => [label, why])) };
}

const PASSING: readonly string[] = ['unavailable', 'busy', 'conflict'];
