import { reachCml } from './cml-server.ts';
import { lookAtInstance } from './instance.ts';
import { mustRelease, releaseLicence } from './release-licence.ts';
import { loseSessions } from './sessions.ts';
import { stopLabs } from './stop-labs.ts';
import type { Next, Visit } from './visit.ts';

/** STOPPING: labs stop, the licence is given back unless it is to be kept, then the instance stops. */
export async function stop(visit: Visit): Promise<Next> {
  const { worker, deps } = visit;
  await visit.setCondition('Schedulable', 'False', 'Stopping', 'the worker is being stopped');
  if ((await visit.ledger()).admission === 'open') await visit.actOnLedger({ type: 'drain' });
  // Nobody is on it, unless an admin has forced the stop.
  await loseSessions(visit, 'live', `worker ${worker.name} is being stopped`);
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    await visit.fail(presence.why);
    return undefined;
  }
  if (presence.at === 'unseen') return visit.soon();
  const { instance } = presence;
  if (instance.state === 'stopped') return stopped(visit);
  if (instance.state !== 'running') return visit.soon();
  const cml = await reachCml(visit, instance);
  if (!('silent' in cml) && !(await stopLabs(visit, cml))) return visit.soon();
  if (worker.template.licenceOnStop === 'release' && (await mustRelease(visit))) {
    const release = await releaseLicence(visit, cml, deps.limits.licenceReleaseMs);
    if (release === 'waiting') return visit.soon();
  }
  visit.holdFast();
  await deps.cloud.stop(worker.region, instance.instanceId);
  return visit.soon();
}

async function stopped(visit: Visit): Promise<Next> {
  await visit.setCondition('CmlReady', 'False', 'Stopped', 'its instance is stopped');
  await visit.setCondition('Draining', 'False', 'Stopped', 'its instance is stopped');
  await visit.act({ type: 'markStopped' });
  return { againInMs: 0 };
}
