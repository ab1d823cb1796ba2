import { ms } from '@lcm/core/domain/time.ts';
import { hasLoggedIn, LDS_LOOK_MS, ldsState } from './follow-lds.ts';
import { loseWorkerIfGone } from './lost-worker.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Waits for the candidate to log in, and for so long only. */
export const visitReady: Visit = async (work) => {
  if (await loseWorkerIfGone(work)) return AT_ONCE;
  const { timeslot, noShowAfterSeconds, readyAt, statusSince, userSession } = work.session;
  const [start, end] = [ms(timeslot.start), ms(timeslot.end)];
  if (userSession && hasLoggedIn(await ldsState(work))) {
    await work.decide({ type: 'markRunning', reason: 'the candidate has logged in' });
    return AT_ONCE;
  }
  // Nobody tells of a login where there is no LDS: the slot itself begins the session.
  if (!userSession && work.now() >= start && work.now() < end) {
    await work.decide({ type: 'markRunning', reason: 'the slot has begun' });
    return AT_ONCE;
  }
  const waitedFrom = Math.max(start, ms(readyAt ?? statusSince));
  const patience = noShowAfterSeconds === undefined ? end : waitedFrom + noShowAfterSeconds * 1_000;
  const deadline = Math.min(end, patience);
  if (work.now() >= deadline) {
    await work.decide({ type: 'end', outcome: 'noShow', reason: 'nobody logged in' });
    return AT_ONCE;
  }
  return at(work, userSession ? Math.min(deadline, work.now() + LDS_LOOK_MS) : start);
};
