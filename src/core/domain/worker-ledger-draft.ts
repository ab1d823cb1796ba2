import { type Bare, type Draft, happened } from './decider.ts';
import { type Claim, claimOf, claimsOf } from './usage.ts';
import type { WorkerLedger, WorkerLedgerCommand, WorkerLedgerEvent } from './worker-ledger.ts';
import type { Claims } from './worker-ledger-reserving.ts';

/** The rules of the ledger. */
interface Rules {
  decide(
    state: WorkerLedger | undefined,
    command: WorkerLedgerCommand,
    claims: Claims,
  ): Bare<WorkerLedgerEvent>[];
  evolve(state: WorkerLedger | undefined, event: WorkerLedgerEvent): WorkerLedger;
}

/**
 * A ledger on which a round places hundreds of sessions, or gives them back: its reservations are copied and
 * read through once, not once per session.
 */
export class LedgerDraft implements Draft<WorkerLedger, WorkerLedgerCommand, WorkerLedgerEvent> {
  readonly #rules: Rules;
  #state: WorkerLedger | undefined;
  /** Whether the reservations are a copy, to be changed in place. */
  #owned = false;
  /** By placement; read when they are asked for. */
  #claims: Map<string, Claim> | undefined;

  constructor(state: WorkerLedger | undefined, rules: Rules) {
    this.#rules = rules;
    this.#state = state;
  }

  get state(): WorkerLedger | undefined {
    return this.#state;
  }

  decide(command: WorkerLedgerCommand, now: number): WorkerLedgerEvent[] {
    const common = happened(command, now);
    const events = this.#rules
      .decide(this.#state, command, () => this.#known().values())
      .map((event) => ({ ...event, ...common }));
    for (const event of events) this.#take(event);
    return events;
  }

  #take(event: WorkerLedgerEvent): void {
    if (this.#state && event.type === 'worker-ledger.reserved') {
      const { reservation } = event;
      this.#reservationsOf(this.#state)[reservation.placementId] = reservation;
      this.#claims?.set(reservation.placementId, claimOf(reservation));
    } else if (this.#state && event.type === 'worker-ledger.released') {
      delete this.#reservationsOf(this.#state)[event.placementId];
      this.#claims?.delete(event.placementId);
    } else {
      this.#state = this.#rules.evolve(this.#state, event);
      this.#owned = false;
      this.#claims = undefined;
    }
  }

  #reservationsOf(state: WorkerLedger): WorkerLedger['reservations'] {
    if (this.#owned) return state.reservations;
    this.#owned = true;
    const reservations = { ...state.reservations };
    this.#state = { ...state, reservations };
    return reservations;
  }

  #known(): Map<string, Claim> {
    if (this.#claims) return this.#claims;
    const claims = this.#state ? claimsOf(this.#state) : [];
    this.#claims = new Map(claims.map((claim) => [claim.reservation.placementId, claim]));
    return this.#claims;
  }
}
