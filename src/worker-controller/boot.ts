import { lookAtInstance } from './instance.ts';
import type { Next, Visit } from './visit.ts';

/** PROVISIONING with an instance: waits until EC2 says that it runs. */
export async function awaitInstance(visit: Visit): Promise<Next> {
  const { limits } = visit.deps;
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    await visit.fail(`${presence.why} before it ever ran`);
    return undefined;
  }
  if (presence.at === 'there' && presence.instance.state === 'running') {
    await visit.act({ type: 'instanceRunning' });
    return { againInMs: 0 };
  }
  if (presence.at === 'there' && presence.instance.state !== 'pending') {
    await visit.fail(`its instance is ${presence.instance.state} before it ever ran`);
    return undefined;
  }
  if (visit.elapsed() > limits.launchMs) {
    await visit.fail(`its instance does not run after ${limits.launchMs / 1000} s`);
    return undefined;
  }
  return visit.soon();
}
