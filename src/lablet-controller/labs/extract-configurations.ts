import { nodeDefaults } from '@lcm/core/topology/node-definitions.ts';
import type { SessionWork } from '../session-work.ts';
import type { ReachableSite } from '../site.ts';
import { inParallel } from './in-parallel.ts';

/**
 * Makes CML read the running configuration of every booted device back into the lab.
 * @returns why that did not work, by node label
 */
export async function extractConfigurations(
  work: SessionWork,
  { labs }: ReachableSite,
  cmlLabId: string,
): Promise<Record<string, string>> {
  const problems: Record<string, string> = {};
  const booted = (await labs.nodes(cmlLabId)).filter(
    ({ state, nodeDefinition }) => state === 'BOOTED' && nodeDefaults(nodeDefinition).console,
  );
  await inParallel(booted, async ({ id, label }) => {
    work.holdFast();
    const { extracted, message } = await labs.extractConfiguration(cmlLabId, id);
    if (!extracted) problems[label] = message ?? 'CML gave no reason';
  });
  return problems;
}
