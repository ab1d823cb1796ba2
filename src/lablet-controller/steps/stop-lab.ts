import { Refusal } from '@lcm/core/domain/refusal.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import { extractConfigurations } from '../labs/extract-configurations.ts';
import { noteStatus } from '../labs/record-status.ts';
import { bringTo, STOPPING_PACE } from '../labs/removal.ts';
import { reachable } from '../site.ts';
import { keepsEverything, type SessionStep } from './step.ts';

/** Stops the session's lab. Before a pause, what its devices run is read back, so that it can be graded later. */
export const stopLab: SessionStep = {
  skip: ({ context: { session } }) => (session.lab ? undefined : 'the session has no lab'),
  run: async ({ context: work, attempt, step }) => {
    const { lab, afterStop } = work.session;
    const site = await work.site();
    // What is off does not have to be stopped.
    if (!lab || site.standing === 'gone' || site.standing === 'stopped') return;
    const here = reachable(site);
    if (!(await here.labs.get(lab.cmlLabId))) return;
    if (keepsEverything(work.session) && afterStop !== 'reset') {
      const [first] = Object.entries((await extractConfigurations(work, here, lab.cmlLabId)).failed);
      if (first && attempt < step.retry.maxAttempts)
        throw new Refusal('unavailable', `no configuration of ${first[0]}: ${first[1]}`);
    }
    if (!(await bringTo(here.labs, lab.cmlLabId, 'stopped', () => work.holdFast())))
      throw new StepWaits('the lab is stopping', STOPPING_PACE);
    await noteStatus(work, lab.labRecordId, 'STOPPED');
  },
};
