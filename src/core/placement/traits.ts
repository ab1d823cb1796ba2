import type { LicenceType } from '../domain/resources.ts';
import type { WorkerCandidate } from './candidate.ts';

/** What many workers have in common and what the first filters look at; judged once for all of them. */
export interface Trait {
  placeable: boolean;
  stopped: boolean;
  admitted: boolean;
  planned: boolean;
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

function keyOf(candidate: WorkerCandidate): string {
  const { placeable, planned, status, admission, region, licenceType, cmlVersion, nodeDefinitions } =
    candidate;
  const flags = [placeable, planned, status === 'STOPPED', admission === 'open'];
  return JSON.stringify([
    flags,
    region,
    licenceType,
    cmlVersion,
    nodeDefinitions && [...nodeDefinitions].sort(),
  ]);
}
