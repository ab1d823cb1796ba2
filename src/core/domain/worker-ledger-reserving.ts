import type { Bare } from './decider.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { ms } from './time.ts';
import { type Claim, shortfall } from './usage.ts';
import type { Reservation, WorkerLedger, WorkerLedgerCommand, WorkerLedgerEvent } from './worker-ledger.ts';

type Of<Type extends WorkerLedgerCommand['type']> = Extract<WorkerLedgerCommand, { type: Type }>;

/** All that is reserved in the ledger; asked for only where it has to be read through. */
export type Claims = () => Iterable<Claim>;

/** Promises capacity for a while, if there is so much at every moment. Repeating it changes nothing. */
export function reserve(
  state: WorkerLedger,
  reservation: Reservation,
  claims: Claims,
): Bare<WorkerLedgerEvent>[] {
  const known = state.reservations[reservation.placementId];
  if (known) {
    if (sameJson(known, reservation)) return [];
    throw new Refusal('conflict', `placement ${reservation.placementId} is reserved with other terms`);
  }
  if (state.admission !== 'open') {
    throw new Refusal(
      'doesNotFit',
      `worker ${state.workerId} takes no new sessions: its ledger is ${state.admission}`,
    );
  }
  refuseIfShort(state, reservation, claims);
  return [{ type: 'worker-ledger.reserved', reservation }];
}

/** Before a session's slot changes: the reservation covers what it covered, and the new window too. */
export function widen(state: WorkerLedger, command: Of<'widen'>, claims: Claims): Bare<WorkerLedgerEvent>[] {
  const known = reservationOf(state, command.placementId);
  const from = ms(command.from) < ms(known.from) ? command.from : known.from;
  const to = ms(command.to) > ms(known.to) ? command.to : known.to;
  const changingFrom = Math.max(known.changingFrom ?? 0, command.sessionVersion);
  refuseUnlessFree(state, known, { ...known, from, to }, claims);
  if (known.from === from && known.to === to && known.changingFrom === changingFrom) return [];
  return [{ type: 'worker-ledger.rewindowed', placementId: known.placementId, from, to, changingFrom }];
}

/** After a session's slot has changed: the reservation covers just that, unless another change is under way. */
export function rewindow(
  state: WorkerLedger,
  command: Of<'rewindow'>,
  claims: Claims,
): Bare<WorkerLedgerEvent>[] {
  const { from, to, sessionVersion } = command;
  const known = reservationOf(state, command.placementId);
  if (known.changingFrom !== undefined && sessionVersion <= known.changingFrom) return [];
  if (known.from === from && known.to === to && known.changingFrom === undefined) return [];
  refuseUnlessFree(state, known, { ...known, from, to }, claims);
  return [{ type: 'worker-ledger.rewindowed', placementId: known.placementId, from, to }];
}

/**
 * While a session overruns its window. Where another has the capacity by then there is nothing to keep, and
 * nothing happens: the other was promised it, and waits for what is still in its way.
 */
export function prolong(
  state: WorkerLedger,
  { placementId, to }: Of<'prolong'>,
  claims: Claims,
): Bare<WorkerLedgerEvent>[] {
  const known = state.reservations[placementId];
  if (!known) return []; // It was given back meanwhile.
  const { from, to: until, need, changingFrom } = known;
  const more = { from: ms(until), to: ms(to) };
  if (more.to <= more.from || shortfall(state, claims(), need, more, placementId)) return [];
  const change = changingFrom === undefined ? {} : { changingFrom };
  return [{ type: 'worker-ledger.rewindowed', placementId, from, to, ...change }];
}

function reservationOf(state: WorkerLedger, placementId: string): Reservation {
  const known = state.reservations[placementId];
  if (!known) throw new Refusal('notFound', `worker ${state.workerId} has no reservation ${placementId}`);
  return known;
}

function refuseUnlessFree(
  state: WorkerLedger,
  known: Reservation,
  wanted: Reservation,
  claims: Claims,
): void {
  if (ms(wanted.from) >= ms(known.from) && ms(wanted.to) <= ms(known.to)) return;
  if (state.admission === 'closed') throw new Refusal('doesNotFit', `worker ${state.workerId} is closed`);
  refuseIfShort(state, wanted, claims, known.placementId);
}

function refuseIfShort(state: WorkerLedger, wanted: Reservation, claims: Claims, except?: string): void {
  const window = { from: ms(wanted.from), to: ms(wanted.to) };
  const short = shortfall(state, claims(), wanted.need, window, except);
  if (!short) return;
  const blocker = short.inTheWay
    ? `; session ${short.inTheWay.sessionId} is in the way until ${short.inTheWay.to}`
    : '';
  throw new Refusal(
    'doesNotFit',
    `worker ${state.workerId} has ${short.free} ${short.dimension} free in that time, ${short.wanted} are needed${blocker}`,
    {
      facts: {
        dimension: short.dimension,
        wanted: short.wanted,
        free: short.free,
        sessionId: short.inTheWay?.sessionId,
      },
    },
  );
}
