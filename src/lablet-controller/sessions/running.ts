import { ms } from '@lcm/core/domain/time.ts';
import { loseWorkerIfGone } from './lost-worker.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Lets the candidate work until time is up. */
export const visitRunning: Visit = async (work) => {
  if (await loseWorkerIfGone(work)) return AT_ONCE;
  const { timeslot, definition } = work.session;
  if (work.now() < ms(timeslot.end)) return at(work, ms(timeslot.end));
  const reason = 'time is up';
  if (definition.collectsEvidence) await work.decide({ type: 'startCollecting', reason });
  else await work.decide({ type: 'end', outcome: 'completed', reason });
  return AT_ONCE;
};
