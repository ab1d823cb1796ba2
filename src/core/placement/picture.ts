import type { Allowance } from '../domain/allowance.ts';
import type { LabRecord } from '../domain/lab-record.ts';
import type { SystemSettingsValues } from '../domain/settings.ts';
import type { WorkerLedger } from '../domain/worker-ledger.ts';
import type { Worker } from '../domain/worker-state.ts';
import type { WorkerTemplate } from '../domain/worker-template.ts';
import { candidateOf } from './candidate.ts';
import type { PlacementOptions } from './decide.ts';
import { Fleet } from './fleet.ts';
import { growthWithin } from './growth.ts';

/** Everything that placement looks at, as it is stored. */
export interface Stored {
  workers: readonly Worker[];
  ledgers: readonly WorkerLedger[];
  labRecords: readonly LabRecord[];
}

/** The fleet as placement sees it, from stored states. Terminated workers are left out. */
export function fleetOf({ workers, ledgers, labRecords }: Stored, settings: SystemSettingsValues): Fleet {
  const ledgerOf = new Map<string, WorkerLedger>(ledgers.map((ledger) => [ledger.workerId, ledger]));
  const fleet = new Fleet();
  for (const worker of workers) {
    if (worker.status === 'TERMINATED') continue;
    fleet.put(candidateOf(worker, ledgerOf.get(worker.id), settings.workerLeadSeconds));
  }
  for (const lab of labRecords) fleet.labs.put(lab);
  return fleet;
}

/** The options of a decision under the settings in force. */
export function optionsFor(
  settings: SystemSettingsValues,
  growth: { templates: readonly WorkerTemplate[]; allowances: readonly Allowance[] },
  now: number,
): PlacementOptions {
  return {
    now,
    workerLeadSeconds: settings.workerLeadSeconds,
    growth: growthWithin(growth.templates, growth.allowances, settings),
  };
}
