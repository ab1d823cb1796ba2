import { held } from '@lcm/core/domain/session.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Ends a session that holds nothing any more; starts a paused one again, or collects it when time is up. */
export const visitStopped: Visit = async (work) => {
  const { ending, afterStop, timeslot, definition } = work.session;
  if (ending) {
    // Its capacity is given back by the scheduler, whose write brings the session here again.
    if (held(work.session).length === 0) await work.decide({ type: 'finish' });
    return undefined;
  }
  const end = ms(timeslot.end);
  if (work.now() >= end) {
    const reason = 'time was up while the session was paused';
    if (definition.collectsEvidence) await work.decide({ type: 'startCollecting', reason });
    else await work.decide({ type: 'end', outcome: 'completed', reason });
    return AT_ONCE;
  }
  if (afterStop === 'restart' || afterStop === 'reset') {
    await work.decide({ type: 'resume' });
    return AT_ONCE;
  }
  const { standing } = await work.site();
  if (standing === 'gone') {
    await work.decide({ type: 'loseWorker', reason: 'the worker is gone' });
    return AT_ONCE;
  }
  return at(work, end);
};
