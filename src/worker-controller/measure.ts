import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { InstanceMetrics } from '@lcm/core/spi/cloud-provider.ts';
import { latestUse } from './activity.ts';
import type { WorkerDeps } from './deps.ts';

/** Workers that are asked at once. */
const AT_ONCE = 10;

/**
 * One round of measurements of all workers in service: CloudWatch in bulk per region, CML each by itself, and
 * when somebody last worked on it. One that does not answer is left out and stops no other.
 */
export async function measure(deps: WorkerDeps, headers: () => Record<string, string>): Promise<void> {
  const workers = (await deps.fleet.workers()).filter(
    ({ status }) => status === 'RUNNING' || status === 'DRAINING',
  );
  const outside = await cloudMetrics(deps, workers);
  for (let at = 0; at < workers.length; at += AT_ONCE) {
    await Promise.all(
      workers.slice(at, at + AT_ONCE).map(async (worker) => {
        try {
          await measureOne(deps, worker, outside.get(worker.instanceId ?? ''), headers);
        } catch (error) {
          if (!(error instanceof Refusal) || error.code === 'staleFence') throw error;
          deps.log.debug({ workerId: worker.id, code: error.code }, `not measured: ${error.message}`);
        }
      }),
    );
  }
}

async function cloudMetrics(
  deps: WorkerDeps,
  workers: readonly Worker[],
): Promise<Map<string, InstanceMetrics>> {
  const byRegion = Map.groupBy(workers, ({ region }) => region);
  const all = new Map<string, InstanceMetrics>();
  for (const [region, here] of byRegion) {
    const ids = here.flatMap(({ instanceId }) => instanceId ?? []);
    try {
      for (const [id, metrics] of await deps.cloud.metrics(region, ids)) all.set(id, metrics);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      deps.log.warn({ region, code: error.code }, `no measurements from the cloud: ${error.message}`);
    }
  }
  return all;
}

async function measureOne(
  deps: WorkerDeps,
  worker: Worker,
  outside: InstanceMetrics | undefined,
  headers: () => Record<string, string>,
): Promise<void> {
  if (!worker.cml) return;
  const { system } = deps.cml(worker.cml.url);
  const since = worker.lastActivityAt ?? worker.statusSince;
  const [stats, activities] = await Promise.all([system.stats(), system.activities(since)]);
  const { internal } = deps.client;
  await internal.reportMetrics({
    params: { id: worker.id },
    body: {
      at: iso(deps.clock.now()),
      cpuPercent: stats.cpuPercent,
      memoryPercent: percent(stats.memoryUsedGb, stats.memoryTotalGb),
      diskPercent: percent(stats.diskUsedGb, stats.diskTotalGb),
      networkInBytes: outside?.networkInBytes,
      networkOutBytes: outside?.networkOutBytes,
      runningNodes: stats.runningNodes,
    },
    headers: headers(),
  });
  const lastActivityAt = latestUse(activities);
  if (lastActivityAt === undefined) return;
  const command = { type: 'observe' as const, observation: { lastActivityAt } };
  await internal.workers.command({ params: { id: worker.id }, body: { command }, headers: headers() });
}

const percent = (used: number, total: number): number => (total > 0 ? (used / total) * 100 : 0);
