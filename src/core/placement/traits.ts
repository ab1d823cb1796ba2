import type { Capacity, LicenceType } from '../domain/resources.ts';
import { CPU, MEMORY, roomUnits } from './amounts.ts';
import type { WorkerCandidate } from './candidate.ts';

/** What many workers have in common and what the first filters look at; judged once for all of them. */
export interface Trait {
  placeable: boolean;
  stopped: boolean;
  admitted: boolean;
  planned: boolean;
  /** Takes labs already. */
  ready: boolean;
  /** By how much a millionth of CPU and of memory makes it fuller. */
  cpuShare: number;
  memoryShare: number;
  region: string;
  licenceType: LicenceType;
  cmlVersion?: string | undefined;
  /** Any where absent. */
  nodeDefinitions?: ReadonlySet<string> | undefined;
}

/** The different traits that there are in a fleet; each worker refers to one of them. */
export class Traits {
  readonly all: Trait[] = [];
  readonly #index = new Map<string, number>();

  /** Index of the worker's traits; those that are new are added. */
  indexOf(candidate: WorkerCandidate): number {
    const key = keyOf(candidate);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.all.push(traitOf(candidate));
    this.#index.set(key, this.all.length - 1);
    return this.all.length - 1;
  }
}

function traitOf(candidate: WorkerCandidate): Trait {
  const { placeable, planned, region, licenceType, cmlVersion, nodeDefinitions } = candidate;
  return {
    ...sharesOf(candidate.capacity),
    ready: isReady(candidate),
    placeable,
    stopped: candidate.status === 'STOPPED',
    admitted: candidate.admission === 'open',
    planned,
    region,
    licenceType,
    cmlVersion,
    nodeDefinitions: nodeDefinitions && new Set(nodeDefinitions),
  };
}

const isReady = ({ planned, availableAt }: WorkerCandidate) =>
  !planned && availableAt === Number.NEGATIVE_INFINITY;

function sharesOf(capacity: Capacity): Pick<Trait, 'cpuShare' | 'memoryShare'> {
  const whole = roomUnits(capacity, { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 });
  const shareOf = (dimension: number) => ((whole[dimension] ?? 0) > 0 ? 0.5 / (whole[dimension] ?? 0) : 0);
  return { cpuShare: shareOf(CPU), memoryShare: shareOf(MEMORY) };
}

function keyOf(candidate: WorkerCandidate): string {
  const { placeable, planned, status, admission, region, licenceType, cmlVersion, nodeDefinitions } =
    candidate;
  const { cpuCores, memoryGb } = candidate.capacity;
  return JSON.stringify([
    [placeable, planned, isReady(candidate), status === 'STOPPED', admission === 'open'],
    [cpuCores, memoryGb],
    region,
    licenceType,
    cmlVersion,
    nodeDefinitions && [...nodeDefinitions].sort(),
  ]);
}
