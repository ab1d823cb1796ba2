import { z } from 'zod';
import { capturedLinks } from '../labs/captures.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

/** Content keys of the captures, by the link's name in the definition. */
export const exportPcapsOutput = z.object({ keys: z.record(z.string(), z.string()) });

/** Takes the packet captures of the links that the definition names. */
export const exportPcaps: SessionStep = {
  skip: async ({ context: work }) => {
    const { spec } = await work.definition();
    return (spec.evidence?.pcapLinks ?? []).length > 0 ? undefined : 'the definition asks for no captures';
  },
  run: async ({ context: work }) => {
    const { cmlLabId } = labOf(work);
    const site = reachable(await work.site());
    const keys: Record<string, string> = {};
    for (const { name, cmlLinkId } of await capturedLinks(work, site, cmlLabId)) {
      const bytes = await site.labs.capture(cmlLabId, cmlLinkId);
      if (bytes) keys[name] = await work.deps.content.put(bytes);
      work.holdFast();
      await site.labs.stopCapture(cmlLabId, cmlLinkId);
    }
    return { keys };
  },
};
