import { raiseEndingTask } from '../tasks.ts';
import { keepsEverything, type SessionStep } from './step.ts';

/**
 * Lets go of what is left: the worker's ports are bound to nobody, the lab record belongs to no session, and
 * the session has no lab. Ends that somebody should look into become a task.
 */
export const archive: SessionStep = {
  skip: ({ context: { session } }) => (keepsEverything(session) ? 'the session goes on later' : undefined),
  run: async ({ context: work }) => {
    const { id: sessionId, placement, ending } = work.session;
    if (placement) await work.commandLedger(placement.workerId, { type: 'unbindPorts', sessionId });
    for (const record of await work.labRecords({ boundTo: sessionId }))
      await work.commandLabRecord(record.id, { type: 'unbind', sessionId });
    const { lab } = work.session;
    if (lab) await work.command({ type: 'unbindLab', labRecordId: lab.labRecordId });
    // LDS may have been taken out of use meanwhile: nothing is left to be closed there.
    if (!work.deps.lds) await work.command({ type: 'closeUserSession' });
    if (ending) await raiseEndingTask(work, ending);
  },
};
