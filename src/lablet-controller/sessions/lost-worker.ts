import type { SessionWork } from '../session-work.ts';

/** Whether the session's worker is gone, or off while it should run; the session is told then. */
export async function loseWorkerIfGone(work: SessionWork): Promise<boolean> {
  const { standing } = await work.site();
  if (standing !== 'gone' && standing !== 'stopped') return false;
  const { placement } = work.session;
  await work.decide({ type: 'loseWorker', reason: `worker ${placement?.workerId} is ${standing}` });
  return true;
}
