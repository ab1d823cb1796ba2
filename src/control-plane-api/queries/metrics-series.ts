import type { WorkerMetrics } from '@lcm/core/api/workers.ts';

/** Measurements kept per worker: a day of one a minute. They are worth having, not worth a disk sync each. */
const KEPT = 1_440;

/** The latest measurements of each worker, in memory. */
export class MetricsSeries {
  readonly #byWorker = new Map<string, WorkerMetrics[]>();

  add(workerId: string, measurement: WorkerMetrics): void {
    const series = this.#byWorker.get(workerId) ?? [];
    series.push(measurement);
    if (series.length > KEPT) series.shift();
    this.#byWorker.set(workerId, series);
  }

  /** The last `limit` of them, oldest first. */
  of(workerId: string, limit: number): WorkerMetrics[] {
    return (this.#byWorker.get(workerId) ?? []).slice(-limit);
  }
}
