import { ms } from '@lcm/core/domain/time.ts';
import { LDS_LOOK_MS, ldsState } from './follow-lds.ts';
import { loseWorkerIfGone } from './lost-worker.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Lets the candidate work until time is up, or until LDS says that all is done. */
export const visitRunning: Visit = async (work) => {
  if (await loseWorkerIfGone(work)) return AT_ONCE;
  const { timeslot, definition, userSession } = work.session;
  const end = ms(timeslot.end);
  const state = await ldsState(work);
  const hasFinished = state === 'USER_FINISHED' || state === 'ARCHIVED';
  if (work.now() < end && !hasFinished)
    return at(work, userSession ? Math.min(end, work.now() + LDS_LOOK_MS) : end);
  const reason = hasFinished ? 'the candidate has finished' : 'time is up';
  if (definition.collectsEvidence) await work.decide({ type: 'startCollecting', reason });
  else await work.decide({ type: 'end', outcome: 'completed', reason });
  return AT_ONCE;
};
