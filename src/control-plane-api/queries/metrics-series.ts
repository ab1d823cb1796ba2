import type { WorkerMetrics } from '@lcm/core/api/workers.ts';
import { ms } from '@lcm/core/domain/time.ts';

/** Measurements kept per worker: a day of one a minute. They are worth having, not worth a disk sync each. */
const KEPT = 1_440;
const KEPT_MS = 24 * 3_600_000;

/** The latest measurements of each worker, in the memory of this process: another replica has others. */
export class MetricsSeries {
  readonly #byWorker = new Map<string, WorkerMetrics[]>();

  add(workerId: string, measurement: WorkerMetrics): void {
    if (!this.#byWorker.has(workerId)) this.#forgetBefore(ms(measurement.at) - KEPT_MS);
    const series = this.#byWorker.get(workerId) ?? [];
    series.push(measurement);
    if (series.length > KEPT) series.shift();
    this.#byWorker.set(workerId, series);
  }

  /** Workers that are not measured any more are gone, and so is what was measured. */
  #forgetBefore(time: number): void {
    for (const [workerId, series] of this.#byWorker) {
      const last = series.at(-1);
      if (!last || ms(last.at) < time) this.#byWorker.delete(workerId);
    }
  }

  /** The last `limit` of them, oldest first. */
  of(workerId: string, limit: number): WorkerMetrics[] {
    return (this.#byWorker.get(workerId) ?? []).slice(-limit);
  }
}
