import { emptyCml } from './empty-cml.ts';
import { lookAtInstance } from './instance.ts';
import { giveUp, mustRelease } from './release-licence.ts';
import { removeInstances } from './remove-instances.ts';
import { loseSessions, orphanLabRecords } from './sessions.ts';
import { raiseWorkerTask } from './tasks.ts';
import type { Next, Visit } from './visit.ts';

/** Wait before the first further try; doubled for each one after. */
const FIRST_RETRY_MS = 30_000;

/** How the reason of our own retries begins. */
const OWN_RETRY = 'after failure';

/** FAILED: what was on it is told, its instance goes, and when nothing is left of it, it is tried again. */
export async function recover(visit: Visit): Promise<Next> {
  const { worker, deps } = visit;
  const failures = failuresInARow(visit);
  const reason = worker.history.at(-1)?.reason ?? 'it failed';
  const last = failures >= deps.limits.failures;
  await loseSessions(visit, last ? 'all' : 'liveOrDue', `worker ${worker.name} failed: ${reason}`);
  if (worker.history.some(({ to }) => to === 'RUNNING')) await orphanLabRecords(visit);
  if (!(await licenceSettled(visit))) return visit.soon();
  if (!(await removeInstances(visit))) return visit.soon();
  if (last) {
    await raiseWorkerTask(visit, `failed-${worker.attempts}`, {
      title: `Worker ${worker.name} failed ${failures} times`,
      description: `The last time: ${reason}. It is not tried again by itself: retry or terminate it.`,
      priority: 'high',
    });
    return undefined;
  }
  const waitMs = FIRST_RETRY_MS * 2 ** (failures - 1) - visit.elapsed();
  if (waitMs > 0) return { againInMs: waitMs };
  if (await deps.fleet.tripped()) return { againInMs: deps.limits.watchMs };
  await visit.act({ type: 'retry', reason: `${OWN_RETRY} ${failures}: ${reason}` });
  return { againInMs: 0 };
}

async function licenceSettled(visit: Visit): Promise<boolean> {
  if (!visit.worker.instanceId || !(await mustRelease(visit))) return true;
  const presence = await lookAtInstance(visit);
  if (presence.at === 'gone') {
    await giveUp(visit, presence.why);
    return true;
  }
  return emptyCml(visit, presence, visit.deps.limits.licenceReleaseMs);
}

/** Since it last served, or since a person had it tried again. */
function failuresInARow(visit: Visit): number {
  const since = visit.worker.history.findLastIndex(
    ({ from, to, reason }) => to === 'RUNNING' || (from === 'FAILED' && !reason?.startsWith(OWN_RETRY)),
  );
  return visit.worker.history.slice(since + 1).filter(({ to }) => to === 'FAILED').length;
}
