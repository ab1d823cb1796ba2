import type { LabRecord } from '../domain/lab-record.ts';

/** Statuses of a lab that can be claimed again. */
const REUSABLE: readonly LabRecord['status'][] = ['WIPED', 'DEFINED'];

/** Labs that a session of the same definition version could claim, by definition and worker. */
export class ReusableLabs {
  readonly #byDefinition = new Map<string, Map<string, Set<string>>>();

  /** Takes note of a lab as it is now: it counts for its worker while it can be claimed. */
  put(lab: Pick<LabRecord, 'id' | 'workerId' | 'definitionId' | 'status' | 'boundTo'>): void {
    if (lab.definitionId === undefined) return;
    const byWorker = this.#byDefinition.get(lab.definitionId) ?? new Map<string, Set<string>>();
    const labs = byWorker.get(lab.workerId) ?? new Set<string>();
    if (REUSABLE.includes(lab.status) && lab.boundTo === undefined) labs.add(lab.id);
    else labs.delete(lab.id);
    if (labs.size > 0) byWorker.set(lab.workerId, labs);
    else byWorker.delete(lab.workerId);
    this.#byDefinition.set(lab.definitionId, byWorker);
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
