import { ms } from '../domain/time.ts';
import type { Reservation } from '../domain/worker-ledger.ts';
import { CPU, MEMORY, roomUnits, wantedUnits } from './amounts.ts';
import type { WorkerCandidate } from './candidate.ts';
import { AT, STRIDE } from './layout.ts';
import { type Held, Profiles } from './profiles.ts';
import { ReusableLabs } from './reusable-labs.ts';
import { Traits } from './traits.ts';
import { WindowViews } from './window-views.ts';

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
  /** Index into `traits` of each worker. */
  readonly traitsOf: number[] = [];
  readonly traits = new Traits();
  readonly profiles = new Profiles();
  readonly views = new WindowViews(this);
  readonly labs = new ReusableLabs();
  readonly #index = new Map<string, number>();
  readonly #held: Map<string, Reserved>[] = [];

  get size(): number {
    return this.candidates.length;
  }

  /** The worker, if it is there. */
  get(workerId: string): WorkerCandidate | undefined {
    const index = this.#index.get(workerId);
    return index === undefined ? undefined : this.candidates[index];
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
    this.traitsOf.pop();
    if (index === last || !moved || !held) return;
    this.#index.set(moved.workerId, index);
    this.candidates[index] = moved;
    this.#held[index] = held;
    this.profiles.move(last, index);
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

  /** What is counted as taken on the worker, as it was given. */
  reservationsOf(workerId: string): readonly Reservation[] {
    const index = this.#index.get(workerId);
    return index === undefined ? [] : [...(this.#held[index]?.values() ?? [])].map((one) => one.reservation);
  }

  #write(index: number): void {
    const candidate = this.candidates[index];
    const held = this.#held[index];
    if (!candidate || !held) return;
    this.traitsOf[index] = this.traits.indexOf(candidate);
    const room = roomUnits(candidate.capacity, candidate.foreign);
    const shares = roomUnits(candidate.capacity, NO_FOREIGN).map((whole) => (whole > 0 ? 1 / whole : 0));
    this.profiles.write(index, held.values(), shares);
    this.#grow(index + 1);
    const numbers = this.numbers;
    const base = index * STRIDE;
    numbers.set(room, base + AT.room);
    const cpuShare = (shares[CPU] ?? 0) / 2;
    const memoryShare = (shares[MEMORY] ?? 0) / 2;
    numbers[base + AT.cpuShare] = cpuShare;
    numbers[base + AT.memoryShare] = memoryShare;
    numbers[base + AT.standing] = 1 - (room[CPU] ?? 0) * cpuShare - (room[MEMORY] ?? 0) * memoryShare;
    numbers[base + AT.availableAt] = candidate.availableAt;
    this.views.update(index);
  }

  #grow(workers: number): void {
    if (workers * STRIDE <= this.numbers.length) return;
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

const NO_FOREIGN = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };

interface Reserved extends Held {
  reservation: Reservation;
}

function heldOf(reservation: Reservation): Reserved {
  return {
    reservation,
    from: ms(reservation.from),
    to: ms(reservation.to),
    amounts: wantedUnits(reservation.need),
  };
}
