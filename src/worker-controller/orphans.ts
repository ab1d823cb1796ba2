import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Instance } from '@lcm/core/spi/cloud-provider.ts';
import type { WorkerDeps } from './deps.ts';
import { isGone } from './instance.ts';
import { pagesOf } from './pages.ts';
import type { SweepContext } from './sweep-context.ts';
import { ATTEMPT_TAG, installationTags, WORKER_TAG } from './tags.ts';
import { raiseTask } from './tasks.ts';

/** Since when, on the monotonic clock, an instance was seen at every look without a worker that claims it. */
export type Suspects = Map<string, { sinceMs: number; looks: number }>;

/** Looks that must have agreed. */
const LOOKS = 3;

/**
 * Finds instances of this installation that no worker claims, and terminates those that were found so again
 * and again over a while. Each gets a task: it was paid for, and somebody should know why.
 */
export async function sweepOrphans(
  deps: WorkerDeps,
  suspects: Suspects,
  context: SweepContext,
): Promise<void> {
  const seen = new Set<string>();
  for (const region of await regionsOf(deps)) {
    const instances = await deps.cloud.findByTags(region, installationTags(deps.installation));
    for (const instance of instances.filter((one) => !isGone(one))) {
      const worker = await ownerOf(deps, instance);
      if (claims(worker, instance)) continue;
      seen.add(instance.instanceId);
      await suspect(deps, suspects, context, region, instance);
    }
  }
  for (const id of suspects.keys()) if (!seen.has(id)) suspects.delete(id);
}

async function suspect(
  deps: WorkerDeps,
  suspects: Suspects,
  context: SweepContext,
  region: string,
  instance: Instance,
): Promise<void> {
  const now = deps.clock.monotonic();
  const known = suspects.get(instance.instanceId) ?? { sinceMs: now, looks: 0 };
  const next = { ...known, looks: known.looks + 1 };
  suspects.set(instance.instanceId, next);
  if (next.looks < LOOKS || now - next.sinceMs < deps.limits.orphanMs) return;
  if (await deps.fleet.tripped()) return;
  // Told first: of an instance that is gone nobody would learn any more.
  await tell(deps, context, region, instance);
  context.fence();
  await deps.cloud.terminate(region, instance.instanceId);
  deps.log.warn({ instanceId: instance.instanceId, region }, 'terminated an instance that no worker claims');
}

async function tell(
  deps: WorkerDeps,
  context: SweepContext,
  region: string,
  { instanceId, type, launchedAt, tags }: Instance,
): Promise<void> {
  await raiseTask(deps, context, `task-orphan-${instanceId}`, {
    title: `Instance ${instanceId} belonged to no worker`,
    description:
      `A ${type} in ${region}, launched ${launchedAt ?? 'at an unknown time'} and tagged with worker ${tags[WORKER_TAG] ?? 'none'}, ` +
      'was claimed by no worker and is terminated. Check what it cost, and whether its CML licence was given back.',
    about: { kind: 'instance', id: instanceId },
  });
}

/** A worker claims its instance, and what its present attempt may have launched before the answer was lost. */
function claims(worker: Worker | undefined, instance: Instance): boolean {
  if (!worker || worker.status === 'TERMINATED') return false;
  if (worker.instanceId === instance.instanceId) return true;
  // FAILED and TERMINATING remove whatever carries their tags.
  if (worker.status === 'FAILED' || worker.status === 'TERMINATING') return true;
  return !worker.instanceId && String(worker.attempt?.number) === instance.tags[ATTEMPT_TAG];
}

async function ownerOf(deps: WorkerDeps, instance: Instance): Promise<Worker | undefined> {
  const id = instance.tags[WORKER_TAG];
  if (!id) return undefined;
  try {
    return (await deps.client.internal.workers.get({ params: { id } })).state;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'notFound') return undefined;
    throw error;
  }
}

/** Every region that a worker is or may be in. */
export async function regionsOf(deps: WorkerDeps): Promise<Set<string>> {
  const regions = new Set((await deps.fleet.workers()).map(({ region }) => region));
  const { workerTemplates } = deps.client.internal;
  for await (const { state } of pagesOf((cursor) => workerTemplates.list({ query: { cursor } })))
    regions.add(state.region);
  return regions;
}
