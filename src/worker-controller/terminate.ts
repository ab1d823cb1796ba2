import { emptyCml } from './empty-cml.ts';
import { lookAtInstance, type Presence } from './instance.ts';
import { giveUp, mustRelease } from './release-licence.ts';
import { removeInstances } from './remove-instances.ts';
import { giveRegionBack } from './seats.ts';
import { loseSessions, orphanLabRecords } from './sessions.ts';
import type { Next, Visit } from './visit.ts';

/**
 * TERMINATING, in this order: the ledger closes, sessions are told, labs stop, the licence is given back, the
 * instance goes and is confirmed gone, and only then the region's place is free and the worker TERMINATED.
 */
export async function terminate(visit: Visit): Promise<Next> {
  const { worker } = visit;
  await visit.setCondition('Schedulable', 'False', 'Terminating', 'the worker is being terminated');
  await visit.actOnLedger({ type: 'close', force: true });
  await loseSessions(visit, 'all', `worker ${worker.name} is being terminated`);
  await orphanLabRecords(visit);
  if (!(await emptied(visit))) return visit.soon();
  if (!(await removeInstances(visit))) return visit.soon();
  await giveRegionBack(visit);
  await visit.act({ type: 'markTerminated' });
  return undefined;
}

/** Whether labs are stopped and the licence is given back, as far as that can still be done. */
async function emptied(visit: Visit): Promise<boolean> {
  const { worker, deps } = visit;
  if (!worker.instanceId) return true;
  const release = await mustRelease(visit);
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    if (release) await giveUp(visit, presence.why);
    return true;
  }
  if (!release) return true;
  if (presence.at === 'there' && presence.instance.state === 'stopped') {
    // It kept its licence over a stop: only a running CML can give it back.
    if (visit.elapsed() <= limitOf(visit, presence)) {
      visit.holdFast();
      await deps.cloud.start(worker.region, worker.instanceId);
      return false;
    }
  }
  return emptyCml(visit, presence, limitOf(visit, presence));
}

/** A worker that was stopped has to boot first, as has one whose CML was never seen in this life. */
function limitOf(visit: Visit, presence: Presence): number {
  const { licenceReleaseMs, bootMs } = visit.deps.limits;
  const wasStopped = visit.worker.history.at(-1)?.from === 'STOPPED';
  const boots = presence.at === 'there' && presence.instance.state !== 'running';
  return wasStopped || boots ? licenceReleaseMs + bootMs : licenceReleaseMs;
}
