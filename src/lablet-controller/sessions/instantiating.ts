import { ms } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import { drivePipeline } from './drive-pipeline.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Builds the lab. One that cannot be built is torn down and, while the slot can be met, placed again. */
export const visitInstantiating: Visit = async (work) => {
  const { timeslot, placement, startedAt } = work.session;
  // A candidate who has worked in the lab already gets it collected: for that it has to be up once more.
  const end = startedAt ? heldWindow(timeslot).to : ms(timeslot.end);
  if (work.now() >= end) {
    await work.decide({
      type: 'end',
      outcome: 'slotMissed',
      reason: 'the lab was not ready before the slot was over',
    });
    return AT_ONCE;
  }
  const { standing } = await work.site();
  if (standing === 'gone' || standing === 'stopped') {
    await work.decide({ type: 'loseWorker', reason: `worker ${placement?.workerId} is ${standing}` });
    return AT_ONCE;
  }
  const pipeline = await drivePipeline(work, 'instantiate');
  if (pipeline.status === 'waiting') return at(work, Math.min(end, work.now() + pipeline.againInMs));
  if (pipeline.status === 'failed' && work.session.status === 'INSTANTIATING')
    await work.command({ type: 'failInstantiation', reason: pipeline.message });
  // A definition may have a pipeline of its own that forgets this.
  if (pipeline.status === 'done' && work.session.status === 'INSTANTIATING')
    await work.command({ type: 'markReady' });
  return AT_ONCE;
};
