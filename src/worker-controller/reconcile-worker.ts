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
  const waitMs = await untilOpen(visit);
  if (waitMs > 0) return { againInMs: waitMs };
  await visit.setCondition('Schedulable', 'True', 'Ready', 'CML is ready and licensed');
  return stopIfIdle(visit, health.cml);
}

/** A ledger that is shut may be so for a stop that comes next; after so long whoever shut it has died. */
const LEFT_SHUT_MS = 60_000;

/** Opens a ledger that a stop or an idle check left shut which did not come to its end. How long to wait for that, milliseconds. */
async function untilOpen(visit: Visit): Promise<number> {
  const { admission } = await visit.ledger();
  if (admission === 'open') return 0;
  await visit.setCondition('Schedulable', 'False', 'LedgerShut', `its ledger is ${admission}`);
  const leftMs = LEFT_SHUT_MS - visit.conditionAge('Schedulable');
  if (leftMs <= 0) await visit.actOnLedger({ type: 'reopen' });
  return Math.max(0, leftMs);
}

async function read(id: string, { client }: WorkerDeps) {
  try {
    return await client.internal.workers.get({ params: { id } });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'notFound') return undefined;
    throw error;
  }
}
