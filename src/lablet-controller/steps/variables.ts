import { z } from 'zod';
import { labMarker } from '../labs/marker.ts';
import type { SessionStep } from './step.ts';

/** What this run of the pipeline calls the things that it makes; the same for every attempt of it. */
export const variablesOutput = z.object({
  labRecordId: z.string(),
  marker: z.string(),
  title: z.string(),
});

/** Gives the lab its names: those of its record, of its title, and the marker by which it is found again. */
export const variables: SessionStep = {
  run: async ({ context: { session, deps } }) => {
    const run = session.pipelines.instantiate?.run ?? 1;
    return {
      labRecordId: `lab-${session.id}-${run}`,
      marker: labMarker(deps.installation, session.id, run),
      title: `${session.definition.name} ${session.id}`.slice(0, 64),
    };
  },
};
