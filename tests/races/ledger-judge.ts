import type { Session } from '@lcm/core/domain/session-state.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { everyOne, statesAlong, wholeLog } from './log-judge.ts';

/**
 * Every moment at which a worker was promised more than it has, in words, over the whole history of every
 * ledger: after each event, at each instant at which a reservation begins. By brute force, with no help from
 * the code that decides.
 */
export async function overCommitments(store: StateStore): Promise<string[]> {
  const events = (await wholeLog(store)).filter(({ kind }) => kind === 'worker-ledger');
  const byLedger = Map.groupBy(events, ({ id }) => id);
  return [...byLedger].flatMap(([id, ofOne]) =>
    (statesAlong('worker-ledger', ofOne) as WorkerLedger[]).flatMap((ledger, index) => [
      ...tooMuch(ledger).map((what) => `${id} after event ${index + 1}: ${what}`),
      ...takenPorts(ledger).map((what) => `${id} after event ${index + 1}: ${what}`),
    ]),
  );
}

/** Ports that changed hands without having been free in between. */
export async function stolenPorts(store: StateStore): Promise<string[]> {
  const events = (await wholeLog(store)).filter(({ kind }) => kind === 'worker-ledger');
  const byLedger = Map.groupBy(events, ({ id }) => id);
  return [...byLedger].flatMap(([id, ofOne]) => {
    const states = statesAlong('worker-ledger', ofOne) as WorkerLedger[];
    return states.flatMap((ledger, index) =>
      Object.entries(ledger.ports).flatMap(([port, owner]) => {
        const before = states[index - 1]?.ports[port];
        const kept = !before || recordOf(before) === recordOf(owner);
        return kept ? [] : [`${id}: port ${port} went from ${recordOf(before)} to ${recordOf(owner)}`];
      }),
    );
  });
}

/** What sessions claim and what ledgers hold, where the two differ. */
export async function unclaimed(store: StateStore): Promise<{ claims: string[]; reservations: string[] }> {
  const sessions = await everyOne<Session>(store, 'session');
  const ledgers = await everyOne<WorkerLedger>(store, 'worker-ledger');
  const claims = sessions.flatMap(({ id, state }) =>
    state.placement ? [`${state.placement.workerId} ${state.placement.id} ${id}`] : [],
  );
  const reservations = ledgers.flatMap(({ id, state }) =>
    Object.values(state.reservations).map((one) => `${id} ${one.placementId} ${one.sessionId}`),
  );
  const [claimed, reserved] = [new Set(claims), new Set(reservations)];
  return {
    claims: claims.filter((one) => !reserved.has(one)),
    reservations: reservations.filter((one) => !claimed.has(one)),
  };
}

function tooMuch({ capacity, portRange, reservations, foreign }: WorkerLedger): string[] {
  const all = Object.values(reservations);
  return all.flatMap(({ from: at }) => {
    const then = all.filter(
      ({ from, to }) => Date.parse(from) <= Date.parse(at) && Date.parse(at) < Date.parse(to),
    );
    const sum = (of: (one: (typeof all)[number]) => number) =>
      then.reduce((total, one) => total + of(one), 0);
    const taken = {
      cpuCores: sum(({ need }) => need.cpuCores) + foreign.cpuCores,
      memoryGb: sum(({ need }) => need.memoryGb) + foreign.memoryGb,
      storageGb: sum(({ need }) => need.storageGb) + foreign.storageGb,
      nodes: sum(({ need }) => need.nodes) + foreign.nodes,
      ports: sum(({ need }) => need.ports) + foreign.ports,
      sessions: then.length,
    };
    const limit = { ...capacity, ports: Math.min(capacity.ports, portRange.last - portRange.first + 1) };
    return (Object.keys(taken) as (keyof typeof taken)[])
      .filter((dimension) => taken[dimension] > limit[dimension] + 1e-6)
      .map((dimension) => `${taken[dimension]} of ${limit[dimension]} ${dimension} are promised at ${at}`);
  });
}

function takenPorts({ ports, portRange }: WorkerLedger): string[] {
  return Object.entries(ports)
    .filter(([port, owner]) => 'labRecordId' in owner && !within(Number(port), portRange))
    .map(([port]) => `port ${port} lies outside the range`);
}

const within = (port: number, { first, last }: WorkerLedger['portRange']) => port >= first && port <= last;

const recordOf = (owner: WorkerLedger['ports'][string]) =>
  'labRecordId' in owner ? owner.labRecordId : 'foreign';
