import type { LabRecord } from '../domain/lab-record.ts';
import { ms } from '../domain/time.ts';
import type { Reservation } from '../domain/worker-ledger.ts';
import { roomUnits, WIDTH, wantedUnits } from './amounts.ts';
import type { WorkerCandidate } from './candidate.ts';
import { type Held, type Profile, peak, profileOf } from './profile.ts';
import { Traits } from './traits.ts';

/** Statuses of a lab that can be claimed again. */
const REUSABLE: readonly LabRecord['status'][] = ['WIPED', 'DEFINED'];

/**
 * Workers and what is promised on them over time, in memory, made for being asked ten thousand times a
 * second. It may lag behind the ledgers, which have the last word.
 *
 * What a decision reads of every worker lies side by side in flat arrays, by the worker's index.
 */
export class Fleet {
  readonly candidates: WorkerCandidate[] = [];
  /** Numbers of each worker, `STRIDE` apart; see `AT`. */
  numbers = new Float64Array(64 * STRIDE);
  readonly profiles: Profile[] = [];
  /** Index into `traits` of each worker. */
  readonly traitsOf: number[] = [];
  readonly traits = new Traits();
  readonly #index = new Map<string, number>();
  readonly #held: Map<string, Held>[] = [];
  /** Labs that can be claimed: definition, then worker, then lab record. */
  readonly #reusable = new Map<string, Map<string, Set<string>>>();

  get size(): number {
    return this.candidates.length;
  }

  /** The worker, if it is there. */
  get(workerId: string): WorkerCandidate | undefined {
    const index = this.#index.get(workerId);
    return index === undefined ? undefined : this.candidates[index];
  }

  indexOf(workerId: string): number | undefined {
    return this.#index.get(workerId);
  }

  /** Puts the worker in, or in the place of what was known of it; its reservations are the candidate's. */
  put(candidate: WorkerCandidate): void {
    const index = this.#index.get(candidate.workerId) ?? this.candidates.length;
    this.#index.set(candidate.workerId, index);
    this.candidates[index] = candidate;
    this.#held[index] = new Map(candidate.reservations.map((one) => [one.placementId, heldOf(one)]));
    this.#write(index);
  }

  remove(workerId: string): void {
    const index = this.#index.get(workerId);
    if (index === undefined) return;
    this.#index.delete(workerId);
    const last = this.candidates.length - 1;
    const [moved, held] = [this.candidates.pop(), this.#held.pop()];
    this.profiles.pop();
    this.traitsOf.pop();
    if (index === last || !moved || !held) return;
    this.#index.set(moved.workerId, index);
    this.candidates[index] = moved;
    this.#held[index] = held;
    this.#write(index);
  }

  /** Counts a reservation as taken; one with the same placement id is replaced. */
  reserve(workerId: string, reservation: Reservation): void {
    const index = this.#index.get(workerId);
    if (index === undefined) return;
    this.#held[index]?.set(reservation.placementId, heldOf(reservation));
    this.#write(index);
  }

  release(workerId: string, placementId: string): void {
    const index = this.#index.get(workerId);
    if (index !== undefined && this.#held[index]?.delete(placementId)) this.#write(index);
  }

  /** Whether a reservation of that placement is counted on the worker. */
  has(workerId: string, placementId: string): boolean {
    const index = this.#index.get(workerId);
    return index !== undefined && this.#held[index]?.has(placementId) === true;
  }

  /** Takes note of a lab: it counts for its worker while it can be claimed. */
  putLab(lab: LabRecord): void {
    if (lab.definitionId === undefined) return;
    const claimable = REUSABLE.includes(lab.status) && lab.boundTo === undefined;
    const byWorker = this.#reusable.get(lab.definitionId) ?? new Map<string, Set<string>>();
    const labs = byWorker.get(lab.workerId) ?? new Set<string>();
    if (claimable) labs.add(lab.id);
    else labs.delete(lab.id);
    if (labs.size > 0) byWorker.set(lab.workerId, labs);
    else byWorker.delete(lab.workerId);
    this.#reusable.set(lab.definitionId, byWorker);
  }

  /** Whether the worker has a lab of the definition that can be claimed. */
  reuses(workerId: string, definitionId: string): boolean {
    return this.#reusable.get(definitionId)?.has(workerId) === true;
  }

  hasReusable(definitionId: string): boolean {
    return (this.#reusable.get(definitionId)?.size ?? 0) > 0;
  }

  #write(index: number): void {
    const candidate = this.candidates[index];
    const held = this.#held[index];
    if (!candidate || !held) return;
    const profile = profileOf(held.values());
    this.profiles[index] = profile;
    this.traitsOf[index] = this.traits.indexOf(candidate);
    this.#grow(index + 1);
    const numbers = this.numbers;
    const base = index * STRIDE;
    const room = roomUnits(candidate.capacity, candidate.foreign);
    const whole = roomUnits(candidate.capacity, NO_FOREIGN);
    for (let dimension = 0; dimension < WIDTH; dimension++) {
      const most = peak(profile, dimension, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      numbers[base + AT.room + dimension] = room[dimension] ?? 0;
      numbers[base + AT.spare + dimension] = (room[dimension] ?? 0) - most;
      numbers[base + AT.share + dimension] = (whole[dimension] ?? 0) > 0 ? 1 / (whole[dimension] ?? 1) : 0;
    }
    const { times } = profile;
    numbers[base + AT.availableAt] = candidate.availableAt;
    // A worker that is only planned is wanted from the moment for which it was planned.
    const without = candidate.planned ? candidate.availableAt : undefined;
    numbers[base + AT.firstFrom] = times[0] ?? without ?? Number.POSITIVE_INFINITY;
    numbers[base + AT.lastTo] = times.at(-1) ?? without ?? Number.NEGATIVE_INFINITY;
  }

  #grow(workers: number): void {
    if (workers * STRIDE <= this.numbers.length) return;
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

/** Where each number of a worker stands within its stretch of `Fleet.numbers`. */
export const AT = {
  /** Per dimension: what it has beside foreign labs. */
  room: 0,
  /** Per dimension: what is never taken, at no moment that is known. */
  spare: WIDTH,
  /** Per dimension: one over the whole capacity. */
  share: 2 * WIDTH,
  availableAt: 3 * WIDTH,
  /** When its first reservation begins and its last one ends. */
  firstFrom: 3 * WIDTH + 1,
  lastTo: 3 * WIDTH + 2,
} as const;
export const STRIDE = 3 * WIDTH + 3;

const NO_FOREIGN = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };

function heldOf(reservation: Reservation): Held {
  return { from: ms(reservation.from), to: ms(reservation.to), amounts: wantedUnits(reservation.need) };
}
