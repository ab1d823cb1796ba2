import { z } from 'zod';
import { putJson } from '../content-json.ts';
import { extractConfigurations } from '../labs/extract-configurations.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

export const captureConfigsOutput = z.object({
  /** Content key of an object of configurations by node label. */
  key: z.string(),
  /** Why a node's running configuration could not be read back, by label; its last known one is kept. */
  notExtracted: z.record(z.string(), z.string()),
});

/**
 * Reads every device's running configuration back into the lab and takes them all. A lab that is stopped
 * (a paused session out of time) gives what was read back when it was paused.
 */
export const captureConfigs: SessionStep = {
  skip: async ({ context: work }) => {
    const { spec } = await work.definition();
    return spec.evidence?.captureConfigs === false ? 'the definition wants no configurations' : undefined;
  },
  run: async ({ context: work }) => {
    const { cmlLabId } = labOf(work);
    const site = reachable(await work.site());
    const notExtracted = await extractConfigurations(work, site, cmlLabId);
    const configurations = await site.labs.configurations(cmlLabId);
    return { key: await putJson(work.deps.content, configurations), notExtracted };
  },
};
