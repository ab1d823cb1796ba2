import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import { extractConfigurations } from '../labs/extract-configurations.ts';
import { noteStatus } from '../labs/record-status.ts';
import { bringTo, isStopped, STOPPING_PACE } from '../labs/removal.ts';
import { reachable } from '../site.ts';
import { keepsEverything, type SessionStep } from './step.ts';

/** Stops the session's lab. Before a pause, what its devices run is read back, so that it can be graded later. */
export const stopLab: SessionStep = {
  skip: ({ context: { session } }) => (session.lab ? undefined : 'the session has no lab'),
  run: async ({ context: work }) => {
    const { lab, afterStop } = work.session;
    const site = await work.site();
    // What is off does not have to be stopped.
    if (!lab || site.standing === 'gone' || site.standing === 'stopped') return;
    const here = reachable(site);
    const known = await here.labs.get(lab.cmlLabId);
    if (!known) return;
    if (!isStopped(known) && keepsEverything(work.session) && afterStop !== 'reset')
      await extractConfigurations(work, here, lab.cmlLabId);
    if (!(await bringTo(here.labs, lab.cmlLabId, 'stopped', () => work.holdFast())))
      throw new StepWaits('the lab is stopping', STOPPING_PACE);
    await noteStatus(work, lab.labRecordId, 'STOPPED');
  },
};
