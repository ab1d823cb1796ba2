import type { Capacity, LicenceType, Need } from '../domain/resources.ts';
import { ms } from '../domain/time.ts';
import { PLACEABLE_STATUSES } from '../domain/worker.ts';
import type { Admission, Reservation, WorkerLedger } from '../domain/worker-ledger.ts';
import { conditionOf, type Worker, type WorkerStatus } from '../domain/worker-state.ts';
import { capacityOf } from '../domain/worker-template.ts';

/** A worker as placement sees it. Times are milliseconds since the epoch. */
export interface WorkerCandidate {
  workerId: string;
  name: string;
  region: string;
  status: WorkerStatus;
  /** Whether its status allows sessions on it, now or once it has come up. */
  placeable: boolean;
  /** Why it is not, where more is known than its status. */
  obstacle?: string | undefined;
  licenceType: LicenceType;
  /** As observed, or as its template says; unknown where absent, and then not held against it. */
  cmlVersion?: string | undefined;
  nodeDefinitions?: readonly string[] | undefined;
  /** When it takes labs: the past for one that runs, the expected time for one that is being made. */
  availableAt: number;
  /** Nothing runs of it, and when it is made or started is still open. */
  planned: boolean;
  capacity: Capacity;
  foreign: Need;
  /** `missing` where it has no ledger (yet). */
  admission: Admission | 'missing';
  reservations: readonly Reservation[];
}

/** What is promised by a worker that has no ledger: nothing. */
const NO_NEED: Need = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };

/**
 * The worker as placement sees it.
 * @param workerLeadSeconds seconds that a new worker takes from its request until it is schedulable
 */
export function candidateOf(
  worker: Worker,
  ledger: WorkerLedger | undefined,
  workerLeadSeconds: number,
): WorkerCandidate {
  const obstacle = obstacleOf(worker);
  return {
    workerId: worker.id,
    name: worker.name,
    region: worker.region,
    status: worker.status,
    placeable: obstacle === undefined && isPlaceable(worker, ledger),
    obstacle,
    licenceType: worker.template.licenceType,
    cmlVersion: worker.cml?.version ?? worker.template.cmlVersion,
    nodeDefinitions: worker.cml?.nodeDefinitions ?? worker.template.nodeDefinitions,
    availableAt: availableAt(worker, workerLeadSeconds * 1000),
    planned: worker.status === 'PENDING' || worker.status === 'STOPPED',
    capacity: ledger ? withinPorts(ledger) : capacityOf(worker.template),
    foreign: ledger?.foreign ?? NO_NEED,
    admission: ledger?.admission ?? 'missing',
    reservations: ledger ? Object.values(ledger.reservations) : [],
  };
}

/** A stopped worker whose ledger is open is started in time for what is booked on it. */
function isPlaceable({ status }: Worker, ledger: WorkerLedger | undefined): boolean {
  return PLACEABLE_STATUSES.includes(status) || (status === 'STOPPED' && ledger?.admission === 'open');
}

function obstacleOf(worker: Worker): string | undefined {
  if (worker.status === 'RUNNING') {
    const schedulable = conditionOf(worker, 'Schedulable');
    return schedulable?.status === 'False' ? schedulable.message : undefined;
  }
  const coming = PLACEABLE_STATUSES.includes(worker.status) || worker.status === 'STOPPED';
  return coming && worker.reconcilePaused ? 'its reconciling is paused: it will not come up' : undefined;
}

function availableAt(worker: Worker, leadMs: number): number {
  switch (worker.status) {
    case 'RUNNING':
      return Number.NEGATIVE_INFINITY;
    case 'PENDING':
      return ms(worker.provisionAt ?? worker.createdAt) + leadMs;
    case 'STARTING': {
      // A new instance is on its way since it was requested; one that was stopped, or lost CML, since then.
      const isNew = worker.history.at(-1)?.from === 'PROVISIONING';
      return ms(isNew && worker.attempt ? worker.attempt.requestedAt : worker.statusSince) + leadMs;
    }
    default:
      return ms(worker.statusSince) + leadMs;
  }
}

/** The port range bounds the ports, whatever the capacity says; as the ledger itself counts. */
function withinPorts({ capacity, portRange }: WorkerLedger): Capacity {
  const span = Math.max(0, portRange.last - portRange.first + 1);
  return { ...capacity, ports: Math.min(capacity.ports, span) };
}
