import type { Instance } from '@lcm/core/spi/cloud-provider.ts';
import { type LiveCml, observeCml, reachCml } from './cml-server.ts';
import { lookAtInstance } from './instance.ts';
import { readLicence } from './licence.ts';
import { isLicensed } from './licence-rules.ts';
import { loseSessions } from './sessions.ts';
import type { Next, Visit } from './visit.ts';

/** What a look at a worker in service found: its CML, or that it is in service no more. */
export type Health = { cml: LiveCml } | { next: Next };

/** RUNNING and DRAINING: instance, CML and licence must be as they were; what is lost for long is lost. */
export async function checkHealth(visit: Visit): Promise<Health> {
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    await visit.fail(presence.why);
    return { next: { againInMs: 0 } };
  }
  if (presence.at === 'unseen') return { next: visit.soon() };
  if (presence.instance.state !== 'running')
    return { next: await stoppedFromOutside(visit, presence.instance) };
  const cml = await reachCml(visit, presence.instance);
  if ('silent' in cml) {
    await visit.setCondition('CmlReady', 'False', 'NotAnswering', cml.silent);
    return { next: await lostAfter(visit, 'CmlReady', cml.silent) };
  }
  await visit.setCondition('CmlReady', 'True', 'Ready', `CML ${cml.version} is ready`);
  await observeCml(visit, cml, 'READY');
  const licence = await readLicence(visit, cml);
  if (!isLicensed(visit.worker.template.licenceType, licence)) {
    const message = `registration is ${licence.registration}, authorization ${licence.authorization}`;
    await visit.setCondition('Licensed', 'False', 'NotInCompliance', message);
    return { next: await lostAfter(visit, 'Licensed', message) };
  }
  await visit.setCondition('Licensed', 'True', 'InCompliance', `authorization ${licence.authorization}`);
  return { cml };
}

/** A worker that drains has no way back to STARTING: it goes on draining as well as it can. */
async function lostAfter(visit: Visit, type: 'CmlReady' | 'Licensed', why: string): Promise<Next> {
  const { lostAfterMs } = visit.deps.limits;
  const age = visit.conditionAge(type);
  if (visit.worker.status !== 'RUNNING' || age < lostAfterMs)
    return { againInMs: Math.max(1_000, Math.min(10_000, lostAfterMs - age)) };
  await visit.act({ type: 'loseCml', reason: why });
  await visit.setCondition('Schedulable', 'False', 'CmlLost', why);
  return { againInMs: 0 };
}

/** Somebody has stopped the instance behind our back: its labs are down, it is brought up again. */
async function stoppedFromOutside(visit: Visit, instance: Instance): Promise<Next> {
  const why = `its instance ${instance.instanceId} is ${instance.state} and nobody asked us for that`;
  if (visit.worker.status !== 'RUNNING') {
    await visit.act({ type: 'stop', reason: why });
    return { againInMs: 0 };
  }
  await loseSessions(visit, 'live', `worker ${visit.worker.name}: ${why}`);
  await visit.act({ type: 'loseCml', reason: why });
  await visit.setCondition('CmlReady', 'False', 'Stopped', why);
  return { againInMs: 0 };
}
