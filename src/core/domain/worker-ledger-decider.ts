import { type Bare, type Decider, happened } from './decider.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { claimsOf } from './usage.ts';
import {
  portsOf,
  type WorkerLedger,
  type WorkerLedgerCommand,
  type WorkerLedgerEvent,
} from './worker-ledger.ts';
import { LedgerDraft } from './worker-ledger-draft.ts';
import { type Claims, prolong, reserve, rewindow, widen } from './worker-ledger-reserving.ts';

type Of<Type extends WorkerLedgerCommand['type']> = Extract<WorkerLedgerCommand, { type: Type }>;

/** The worker's ledger: nothing that does not fit at every moment is ever written into it. */
export const workerLedgerDecider: Decider<WorkerLedger, WorkerLedgerCommand, WorkerLedgerEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    const claims = () => (state ? claimsOf(state) : []);
    return decide(state, command, claims).map((event) => ({ ...event, ...common }));
  },
  evolve,
  draft: (state) => new LedgerDraft(state, { decide, evolve }),
};

function decide(
  state: WorkerLedger | undefined,
  command: WorkerLedgerCommand,
  claims: Claims,
): Bare<WorkerLedgerEvent>[] {
  if (command.type === 'openLedger') {
    if (state) return [];
    const { workerId, capacity, portRange } = command;
    return [{ type: 'worker-ledger.opened', workerId, capacity, portRange }];
  }
  if (!state) throw new Refusal('notFound', 'this worker has no ledger');
  switch (command.type) {
    case 'setCapacity':
      return sameJson(state.capacity, command.capacity)
        ? []
        : [{ type: 'worker-ledger.capacity.changed', capacity: command.capacity }];
    case 'reserve':
      return reserve(state, command.reservation, claims);
    case 'release':
      return state.reservations[command.placementId]
        ? [{ type: 'worker-ledger.released', placementId: command.placementId }]
        : [];
    case 'widen':
      return widen(state, command, claims);
    case 'rewindow':
      return rewindow(state, command, claims);
    case 'prolong':
      return prolong(state, command, claims);
    case 'allocatePorts':
      return allocatePorts(state, command);
    case 'unbindPorts': {
      const { sessionId } = command;
      const bound = Object.values(state.ports).some(
        (owner) => 'sessionId' in owner && owner.sessionId === sessionId,
      );
      return bound ? [{ type: 'worker-ledger.ports.unbound', sessionId }] : [];
    }
    case 'releasePorts': {
      const { labRecordId } = command;
      return Object.keys(portsOf(state, labRecordId)).length > 0
        ? [{ type: 'worker-ledger.ports.released', labRecordId }]
        : [];
    }
    case 'observeForeign':
      return observeForeign(state, command);
    case 'drain':
      return state.admission === 'open'
        ? [{ type: 'worker-ledger.admission.changed', admission: 'draining' }]
        : [];
    case 'close':
      return close(state, command.force);
    case 'reopen':
      return state.admission === 'open'
        ? []
        : [{ type: 'worker-ledger.admission.changed', admission: 'open' }];
  }
}

/** First free port first, ascending, as the original does; the same lab asking again gets what it has. */
function allocatePorts(
  state: WorkerLedger,
  { labRecordId, sessionId, names }: Of<'allocatePorts'>,
): Bare<WorkerLedgerEvent>[] {
  const has = portsOf(state, labRecordId);
  const ports: Record<string, number> = {};
  let candidate = state.portRange.first;
  for (const name of names) {
    const kept = has[name];
    if (kept !== undefined) {
      ports[name] = kept;
      continue;
    }
    while (state.ports[candidate]) candidate++;
    if (candidate > state.portRange.last) {
      throw new Refusal('doesNotFit', `worker ${state.workerId} has no free port for ${name}`, {
        facts: { dimension: 'ports' },
      });
    }
    ports[name] = candidate++;
  }
  const known = Object.entries(ports).every(([name, port]) => {
    const owner = state.ports[port];
    return (
      has[name] === port && owner !== undefined && 'labRecordId' in owner && owner.sessionId === sessionId
    );
  });
  if (known) return [];
  return [{ type: 'worker-ledger.ports.allocated', labRecordId, sessionId, ports }];
}

/** Ports that one of our labs has by now stay with it, whoever else is seen on them. */
function observeForeign(
  state: WorkerLedger,
  { ports, need }: Of<'observeForeign'>,
): Bare<WorkerLedgerEvent>[] {
  const seen = [...new Set(ports)]
    .filter((port) => !state.ports[port] || 'foreign' in (state.ports[port] ?? {}))
    .sort((a, b) => a - b);
  const known = Object.entries(state.ports)
    .filter(([, owner]) => 'foreign' in owner)
    .map(([port]) => Number(port))
    .sort((a, b) => a - b);
  if (sameJson(seen, known) && sameJson(need, state.foreign)) return [];
  return [{ type: 'worker-ledger.foreign.observed', ports: seen, need }];
}

/** What was not released is held, even after its time: a session may have overrun. */
function close(state: WorkerLedger, force: boolean): Bare<WorkerLedgerEvent>[] {
  if (state.admission === 'closed') return [];
  const left = Object.values(state.reservations);
  if (left.length > 0 && !force) {
    const sessions = left.map((reservation) => reservation.sessionId);
    throw new Refusal(
      'conflict',
      `worker ${state.workerId} is promised to ${sessions.length} sessions: ${sessions.slice(0, 5).join(', ')}`,
      {
        facts: { sessions },
      },
    );
  }
  return [{ type: 'worker-ledger.admission.changed', admission: 'closed' }];
}

function evolve(state: WorkerLedger | undefined, event: WorkerLedgerEvent): WorkerLedger {
  if (event.type === 'worker-ledger.opened') {
    const { workerId, capacity, portRange } = event;
    const foreign = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };
    return { workerId, capacity, portRange, admission: 'open', reservations: {}, ports: {}, foreign };
  }
  if (!state) throw new Error(`${event.type} happened to a ledger that was never opened`);
  switch (event.type) {
    case 'worker-ledger.capacity.changed':
      return { ...state, capacity: event.capacity };
    case 'worker-ledger.reserved':
      return {
        ...state,
        reservations: { ...state.reservations, [event.reservation.placementId]: event.reservation },
      };
    case 'worker-ledger.released': {
      const { [event.placementId]: _, ...reservations } = state.reservations;
      return { ...state, reservations };
    }
    case 'worker-ledger.rewindowed': {
      const known = state.reservations[event.placementId];
      if (!known) return state;
      const { changingFrom: _, ...rest } = known;
      const { from, to, changingFrom } = event;
      const moved = { ...rest, from, to, ...(changingFrom === undefined ? {} : { changingFrom }) };
      return { ...state, reservations: { ...state.reservations, [event.placementId]: moved } };
    }
    case 'worker-ledger.ports.allocated':
      return { ...state, ports: { ...state.ports, ...owned(event) } };
    case 'worker-ledger.ports.unbound':
      return {
        ...state,
        ports: mapPorts(state, (owner) =>
          'sessionId' in owner && owner.sessionId === event.sessionId ? unbound(owner) : owner,
        ),
      };
    case 'worker-ledger.ports.released':
      return {
        ...state,
        ports: mapPorts(state, (owner) =>
          'labRecordId' in owner && owner.labRecordId === event.labRecordId ? undefined : owner,
        ),
      };
    case 'worker-ledger.foreign.observed': {
      const ours = mapPorts(state, (owner) => ('foreign' in owner ? undefined : owner));
      for (const port of event.ports) ours[port] = { foreign: true };
      return { ...state, ports: ours, foreign: event.need };
    }
    case 'worker-ledger.admission.changed':
      return { ...state, admission: event.admission };
  }
}

type Ports = WorkerLedger['ports'];
type Owner = Ports[string];

function owned(event: Extract<WorkerLedgerEvent, { type: 'worker-ledger.ports.allocated' }>): Ports {
  const { labRecordId, sessionId } = event;
  const entries = Object.entries(event.ports).map(([name, port]): [number, Owner] => [
    port,
    { labRecordId, name, ...(sessionId ? { sessionId } : {}) },
  ]);
  return Object.fromEntries(entries);
}

function mapPorts(state: WorkerLedger, change: (owner: Owner) => Owner | undefined): Ports {
  const ports: Ports = {};
  for (const [port, owner] of Object.entries(state.ports)) {
    const changed = change(owner);
    if (changed) ports[port] = changed;
  }
  return ports;
}

function unbound(owner: Owner): Owner {
  if (!('labRecordId' in owner)) return owner;
  return { labRecordId: owner.labRecordId, name: owner.name };
}
