import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { putJson } from '../content-json.ts';
import { type Extraction, extractConfigurations } from '../labs/extract-configurations.ts';
import { wasPaused } from '../labs/was-paused.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

export const captureConfigsOutput = z.object({
  /** Content key of an object of configurations by node label. */
  key: z.string(),
  /** Why a node's running configuration could not be read back, by label; its last known one is kept. */
  notExtracted: z.record(z.string(), z.string()),
  /** Names of the evidence that running devices should have given and did not. */
  unreached: z.array(z.string()).default([]),
});

/**
 * Reads every device's running configuration back into the lab and takes them all. A device that CML does not
 * read back now is tried again with the step; at its last attempt the others' are kept without it. A lab that is
 * off (a paused session out of time) gives what was read back when it was paused.
 */
export const captureConfigs: SessionStep = {
  skip: async ({ context: work }) => {
    const { spec } = await work.definition();
    return spec.evidence?.captureConfigs === false ? 'the definition wants no configurations' : undefined;
  },
  run: async ({ context: work, attempt, step }) => {
    const { cmlLabId } = labOf(work);
    const site = reachable(await work.site());
    const { refused, failed }: Extraction = wasPaused(work.session)
      ? { refused: {}, failed: {} }
      : await extractConfigurations(work, site, cmlLabId);
    const [first] = Object.entries(failed);
    if (first && attempt < step.retry.maxAttempts)
      throw new Refusal('unavailable', `no configuration of ${first[0]}: ${first[1]}`);
    const configurations = await site.labs.configurations(cmlLabId);
    return {
      key: await putJson(work.deps.content, configurations),
      notExtracted: { ...refused, ...failed },
      unreached: Object.keys(failed).map((label) => `config:${label}`),
    };
  },
};
