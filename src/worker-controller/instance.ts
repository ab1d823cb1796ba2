import type { Instance } from '@lcm/core/spi/cloud-provider.ts';
import { workerTags } from './tags.ts';
import type { Visit } from './visit.ts';

/** Where the worker's instance is, as far as that is known. */
export type Presence =
  | { at: 'there'; instance: Instance }
  /** EC2 says so, or has not found it for long enough. */
  | { at: 'gone'; why: string }
  /** Not found, which proves nothing yet. */
  | { at: 'unseen' };

/** Looks at the worker's instance and reports what has changed. */
export async function lookAtInstance(visit: Visit): Promise<Presence> {
  const { worker, deps } = visit;
  if (!worker.instanceId) return { at: 'gone', why: 'it has no instance' };
  const instance = await deps.cloud.describe(worker.region, worker.instanceId);
  if (instance) {
    await observeInstance(visit, instance);
    return isGone(instance)
      ? { at: 'gone', why: `its instance ${instance.instanceId} is ${instance.state}` }
      : { at: 'there', instance };
  }
  const message = `EC2 does not find instance ${worker.instanceId}`;
  await visit.setCondition('InstanceRunning', 'Unknown', 'NotFound', message);
  if (visit.conditionAge('InstanceRunning') < deps.limits.unseenMs) return { at: 'unseen' };
  const tagged = await deps.cloud.findByTags(worker.region, workerTags(deps.installation, worker));
  const alive = tagged.find((one) => one.instanceId === worker.instanceId && !isGone(one));
  return alive ? { at: 'there', instance: alive } : { at: 'gone', why: message };
}

/** Whether nothing can come of the instance any more. */
export const isGone = ({ state }: Pick<Instance, 'state'>): boolean =>
  state === 'terminated' || state === 'shutting-down';

/** Reports what the cloud says of the instance. */
export async function observeInstance(visit: Visit, instance: Instance): Promise<void> {
  const { state, publicIp, privateIp, type, imageId, zone, launchedAt } = instance;
  await visit.observe({ instance: { state, publicIp, privateIp, type, imageId, zone, launchedAt } });
  const running = state === 'running';
  await visit.setCondition(
    'InstanceRunning',
    running ? 'True' : 'False',
    running ? 'Running' : 'NotRunning',
    `instance ${instance.instanceId} is ${state}`,
  );
}
