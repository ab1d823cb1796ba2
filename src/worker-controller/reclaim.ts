import { Refusal } from '@lcm/core/domain/refusal.ts';
import { LICENCE_TYPES } from '@lcm/core/domain/resources.ts';
import { isDone } from '@lcm/core/domain/task.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { WorkerDeps } from './deps.ts';
import { regionsOf } from './orphans.ts';
import { releaseTaskId } from './release-licence.ts';
import { holderOf, licencePool, regionPool } from './seats.ts';
import type { SweepContext } from './sweep-context.ts';

/**
 * Gives back what workers that are gone still hold of regions and licence pools: after a crash, a worker that
 * never had an instance, or a licence that a person has freed by hand and said so by closing the task.
 */
export async function reclaim(deps: WorkerDeps, context: SweepContext): Promise<void> {
  for (const region of await regionsOf(deps)) {
    await reclaimFrom(deps, context, regionPool(region), (holder) => ({
      workerId: holder,
      isFree: async ({ status }) => status === 'TERMINATED',
    }));
  }
  for (const type of LICENCE_TYPES) {
    await reclaimFrom(deps, context, licencePool(type), (holder) => {
      const { workerId, attempt } = holderOf(holder);
      return { workerId, isFree: (worker) => isSeatFree(deps, worker, attempt) };
    });
  }
}

async function reclaimFrom(
  deps: WorkerDeps,
  context: SweepContext,
  pool: string,
  read: (holder: string) => { workerId: string; isFree: (worker: Worker) => Promise<boolean> },
): Promise<void> {
  const { internal } = deps.client;
  const allowance = await orNothing(() => internal.allowances.get({ params: { id: pool } }));
  for (const [holder, { since }] of Object.entries(allowance?.state.holds ?? {})) {
    const { workerId, isFree } = read(holder);
    const worker = await orNothing(() => internal.workers.get({ params: { id: workerId } }));
    const free = worker ? await isFree(worker.state) : deps.clock.now() - ms(since) > deps.limits.unmadeMs;
    if (!free) continue;
    await internal.allowances.command({
      params: { id: pool },
      body: { command: { type: 'giveBack', holder } },
      headers: context.headers(),
    });
  }
}

/** A licence that was given up on is still taken at the licence service until a person says otherwise. */
async function isSeatFree({ client }: WorkerDeps, worker: Worker, attempt: number): Promise<boolean> {
  if (worker.status !== 'TERMINATED' && worker.attempts === attempt) return false;
  const id = releaseTaskId(worker.id, attempt);
  const task = await orNothing(() => client.internal.tasks.get({ params: { id } }));
  return task === undefined || isDone(task.state);
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refusal && error.code === 'notFound') return undefined;
    throw error;
  }
}
