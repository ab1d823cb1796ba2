import type { Need } from '@lcm/core/domain/resources.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';

/** Dollars for the compute of a worker so far, from its template's price. */
export function workerCostUsd(worker: Worker, now: number): number {
  const { seconds, since } = worker.billing;
  const total = seconds + (since ? Math.max(0, (now - ms(since)) / 1000) : 0);
  return rounded((total / 3600) * worker.template.costPerHourUsd);
}

/** Dollars for a session's share of its worker, from the first step of its lab until its end, or now. */
export function sessionCostUsd(session: Session, worker: Worker | undefined, now: number): number {
  const begun = session.history.find(({ to }) => to === 'INSTANTIATING');
  if (!begun || !worker) return 0;
  const end = session.endedAt ? ms(session.endedAt) : now;
  const hours = Math.max(0, end - ms(begun.at)) / 3_600_000;
  return rounded(hours * worker.template.costPerHourUsd * shareOf(session.definition.need, worker.template));
}

/** The share of a worker that a need takes: that of its scarcest of CPU and memory, 1 at most. */
export function shareOf(need: Need, template: WorkerTemplate): number {
  return Math.min(
    1,
    Math.max(need.cpuCores / (template.cpuCores * template.cpuOvercommit), need.memoryGb / template.memoryGb),
  );
}

const rounded = (usd: number) => Math.round(usd * 10_000) / 10_000;
