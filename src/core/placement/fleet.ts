import { ms } from '../domain/time.ts';
import type { Reservation } from '../domain/worker-ledger.ts';
import { roomUnits, wantedUnits } from './amounts.ts';
import type { WorkerCandidate } from './candidate.ts';
import { type Held, Profiles, type Room } from './profiles.ts';
import { ReusableLabs } from './reusable-labs.ts';
import { type Trait, Traits } from './traits.ts';
import { WindowViews } from './window-views.ts';

/**
 * Workers and what is promised on them over time, in memory, made for being asked ten thousand times a
 * second. It may lag behind the ledgers, which have the last word.
 *
 * What a decision reads of every worker lies side by side in flat arrays, by the worker's index.
 */
export class Fleet {
  readonly candidates: WorkerCandidate[] = [];
  /** Of each worker: which of the traits it has, and when it takes labs. */
  traitOf = new Int32Array(64);
  availableAt = new Float64Array(64);
  readonly traits = new Traits();
  readonly profiles = new Profiles();
  readonly views = new WindowViews(this);
  readonly labs = new ReusableLabs();
  readonly #index = new Map<string, number>();
  readonly #held: Map<string, Reserved>[] = [];
  readonly #rooms: Room[] = [];

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
    this.#rooms.pop();
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
    const [all, room] = [this.#held[index], this.#rooms[index]];
    if (!all || !room) return;
    const held = heldOf(reservation);
    const isNew = !all.has(reservation.placementId);
    all.set(reservation.placementId, held);
    if (!isNew) {
      this.#write(index);
      return;
    }
    this.profiles.add(index, held, room);
    this.views.update(index, held.from, held.to);
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
    if (index >= this.traitOf.length) this.#grow();
    this.traitOf[index] = this.traits.indexOf(candidate);
    this.availableAt[index] = candidate.availableAt;
    const room = roomOf(candidate, this.traits.all[this.traitOf[index] ?? 0]);
    this.#rooms[index] = room;
    this.profiles.write(index, held.values(), room);
    this.views.update(index);
  }

  #grow(): void {
    const [traitOf, availableAt] = [this.traitOf, this.availableAt];
    this.traitOf = new Int32Array(traitOf.length * 2);
    this.traitOf.set(traitOf);
    this.availableAt = new Float64Array(availableAt.length * 2);
    this.availableAt.set(availableAt);
  }
}

function roomOf({ capacity, foreign }: WorkerCandidate, trait: Trait | undefined): Room {
  const { cpuShare = 0, memoryShare = 0 } = trait ?? {};
  return { amounts: roomUnits(capacity, foreign), cpuShare, memoryShare };
}

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
