import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { WorkerStatus } from '@lcm/core/domain/worker-state.ts';
import { awaitInstance } from './boot.ts';
import type { WorkerDeps } from './deps.ts';
import { drain } from './drain.ts';
import { recover } from './failed.ts';
import { stopIfIdle } from './idle.ts';
import { launch, provision } from './provisioning.ts';
import { becomeReady } from './readiness.ts';
import { checkHealth } from './running.ts';
import { stop } from './stop.ts';
import { rest } from './stopped.ts';
import { terminate } from './terminate.ts';
import { type Next, Visit } from './visit.ts';

/** One look at one worker: reads it, and does what its status asks for. */
export async function reconcileWorker(
  id: string,
  deps: WorkerDeps,
  context: ReconcileContext,
): Promise<Next> {
  const settings = await deps.settings();
  if (settings.reconcilePaused) return { againInMs: deps.limits.watchMs };
  const stored = await read(id, deps);
  if (!stored || stored.state.reconcilePaused) return undefined;
  const visit = new Visit(deps, settings, context, stored);
  return ASPECTS[stored.state.status](visit);
}

const ASPECTS: Readonly<Record<WorkerStatus, (visit: Visit) => Promise<Next>>> = {
  PENDING: provision,
  PROVISIONING: (visit) => (visit.worker.instanceId ? awaitInstance(visit) : launch(visit)),
  STARTING: becomeReady,
  RUNNING: serve,
  DRAINING: async (visit) => {
    const health = await checkHealth(visit);
    return visit.worker.status === 'DRAINING' ? drain(visit) : 'next' in health ? health.next : undefined;
  },
  STOPPING: stop,
  STOPPED: rest,
  FAILED: recover,
  TERMINATING: terminate,
  TERMINATED: async () => undefined,
};

async function serve(visit: Visit): Promise<Next> {
  const health = await checkHealth(visit);
  if ('next' in health) return health.next;
  await visit.setCondition('Draining', 'False', 'InService', 'it takes sessions');
  await visit.setCondition('Schedulable', 'True', 'Ready', 'CML is ready and licensed');
  // Left behind by an idle check that did not come to its end.
  if ((await visit.ledger()).admission === 'draining') await visit.actOnLedger({ type: 'reopen' });
  return stopIfIdle(visit, health.cml);
}

async function read(id: string, { client }: WorkerDeps) {
  try {
    return await client.internal.workers.get({ params: { id } });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'notFound') return undefined;
    throw error;
  }
}
