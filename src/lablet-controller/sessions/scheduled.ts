import { ms } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Milliseconds between two looks at a worker that should be up by now. */
const WORKER_MS = 5_000;

/** Begins to build the lab `lead` before the start, as soon as its worker is up. */
export const visitScheduled: Visit = async (work) => {
  const { timeslot, placement } = work.session;
  if (!placement) return undefined;
  if (work.now() >= ms(timeslot.end)) {
    await work.decide({
      type: 'end',
      outcome: 'slotMissed',
      reason: 'the worker was not up before the slot was over',
    });
    return AT_ONCE;
  }
  const site = await work.site();
  if (site.standing === 'gone') {
    await work.decide({ type: 'loseWorker', reason: `worker ${placement.workerId} is gone` });
    return undefined;
  }
  const { from } = heldWindow(timeslot);
  if (work.now() < from) return at(work, from);
  if (site.standing !== 'here') return { againInMs: WORKER_MS };
  await work.decide({ type: 'startInstantiating' });
  return AT_ONCE;
};
