import { observeCml, reachCml } from './cml-server.ts';
import { lookAtInstance } from './instance.ts';
import { licensed } from './licence.ts';
import type { Next, Visit } from './visit.ts';

/** STARTING: brings the instance up, waits for CML and its licence, then opens the worker to sessions. */
export async function becomeReady(visit: Visit): Promise<Next> {
  const { limits } = visit.deps;
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    await visit.fail(presence.why);
    return undefined;
  }
  if (visit.elapsed() > limits.bootMs) {
    await visit.fail(`it is not ready after ${limits.bootMs / 1000} s: ${missing(visit)}`);
    return undefined;
  }
  if (presence.at === 'unseen') return visit.soon();
  const { instance } = presence;
  if (instance.state === 'stopped') {
    visit.holdFast();
    await visit.deps.cloud.start(visit.worker.region, instance.instanceId);
    return visit.soon();
  }
  const cml = await reachCml(visit, instance);
  if ('silent' in cml) {
    await visit.setCondition('CmlReady', 'False', 'NotReady', cml.silent);
    return visit.soon();
  }
  visit.holdFast();
  await cml.server.system.setAdmission('READY');
  await observeCml(visit, cml, 'READY');
  await visit.setCondition('CmlReady', 'True', 'Ready', `CML ${cml.version} is ready`);
  if (!(await licensed(visit, cml))) return visit.soon();
  await visit.act({ type: 'becomeReady' });
  await visit.setCondition('Schedulable', 'True', 'Ready', 'CML is ready and licensed');
  return { againInMs: visit.deps.limits.watchMs };
}

function missing(visit: Visit): string {
  const lacking = visit.worker.conditions.find(
    ({ type, status }) => (type === 'CmlReady' || type === 'Licensed') && status !== 'True',
  );
  return lacking?.message ?? 'nothing is known of its CML';
}
