import { isGone } from './instance.ts';
import { workerTags } from './tags.ts';
import type { Visit } from './visit.ts';

/**
 * Terminates every instance that carries the worker's tags, doubles of lost answers included, and says whether
 * all of them are confirmed gone. Where EC2 shows nothing at all, that counts only after a while.
 */
export async function removeInstances(visit: Visit): Promise<boolean> {
  const { worker, deps } = visit;
  if (!worker.attempt || holdsTerminated(visit)) return true;
  const tagged = await deps.cloud.findByTags(worker.region, workerTags(deps.installation, worker));
  const own = worker.instanceId ? await deps.cloud.describe(worker.region, worker.instanceId) : undefined;
  const seen = [...tagged.filter((one) => one.instanceId !== own?.instanceId), ...(own ? [own] : [])];
  for (const instance of seen.filter((one) => !isGone(one))) {
    visit.holdFast();
    await deps.cloud.terminate(worker.region, instance.instanceId);
  }
  await visit.setCondition('InstanceTerminated', 'False', 'Terminating', 'waiting for EC2 to confirm it');
  if (seen.some((one) => one.state !== 'terminated')) return false;
  const ownIsConfirmed = worker.instanceId !== undefined && own !== undefined;
  if (!ownIsConfirmed && visit.conditionAge('InstanceTerminated') < deps.limits.unseenMs) return false;
  await visit.setCondition('InstanceTerminated', 'True', 'Terminated', 'no instance of it is left');
  return true;
}

function holdsTerminated(visit: Visit): boolean {
  return visit.worker.conditions.some(
    ({ type, status }) => type === 'InstanceTerminated' && status === 'True',
  );
}
