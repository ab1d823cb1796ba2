import type { LabRecord } from '../domain/lab-record.ts';

/** Statuses of a lab that can be claimed again. */
export const REUSABLE_STATUSES: readonly LabRecord['status'][] = ['WIPED', 'DEFINED'];

type Lab = Pick<LabRecord, 'id' | 'workerId' | 'definitionId' | 'status' | 'boundTo'>;

/** Labs that a session of the same definition version could claim, by definition and worker. */
export class ReusableLabs {
  readonly #labs = new Map<string, { definitionId: string; workerId: string }>();
  /** Lab ids by definition and worker. */
  readonly #byDefinition = new Map<string, Map<string, Set<string>>>();

  /** Takes note of a lab as it is now: it counts for its worker while it can be claimed. */
  put({ id, workerId, definitionId, status, boundTo }: Lab): void {
    this.remove(id);
    if (definitionId === undefined || boundTo !== undefined || !REUSABLE_STATUSES.includes(status)) return;
    this.#labs.set(id, { definitionId, workerId });
    const byWorker = this.#byDefinition.get(definitionId) ?? new Map<string, Set<string>>();
    this.#byDefinition.set(definitionId, byWorker);
    byWorker.set(workerId, (byWorker.get(workerId) ?? new Set<string>()).add(id));
  }

  /** The lab is gone, or of no interest any more. */
  remove(id: string): void {
    const known = this.#labs.get(id);
    if (!known) return;
    this.#labs.delete(id);
    const byWorker = this.#byDefinition.get(known.definitionId);
    const labs = byWorker?.get(known.workerId);
    labs?.delete(id);
    if (labs?.size === 0) byWorker?.delete(known.workerId);
    if (byWorker?.size === 0) this.#byDefinition.delete(known.definitionId);
  }

  /** Ids of the workers that have such a lab. */
  workersWith(definitionId: string): ReadonlySet<string> {
    return new Set(this.#byDefinition.get(definitionId)?.keys());
  }

  /** Whether the worker has one. */
  isOn(workerId: string, definitionId: string): boolean {
    return this.#byDefinition.get(definitionId)?.has(workerId) === true;
  }
}
