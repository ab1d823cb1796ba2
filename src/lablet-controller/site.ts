import type { Worker } from '@lcm/core/domain/worker-state.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import type { CmlLabs } from '@lcm/core/spi/cml.ts';
import type { LabletDependencies } from './dependencies.ts';
import { unlessMissing } from './missing.ts';

/** A worker whose labs can be reached. */
export interface ReachableSite {
  standing: 'here';
  worker: Worker;
  labs: CmlLabs;
  /** Where PATty's ports of the worker are reached. */
  consoleHost: string;
}

/**
 * Where a session's lab lives. `away`: not to be reached now, but it may come back; `stopped`: the machine is
 * off and its disk kept; `gone`: it, and all that lived on it, is lost.
 */
export type Site =
  | ReachableSite
  | { standing: 'away'; worker: Worker }
  | { standing: 'stopped'; worker: Worker }
  | { standing: 'gone' };

/** How that worker stands; one that nobody knows is gone. */
export async function siteOf(deps: LabletDependencies, workerId: string | undefined): Promise<Site> {
  if (workerId === undefined) return { standing: 'gone' };
  const worker = await unlessMissing(deps.client.internal.workers.get({ params: { id: workerId } }));
  if (!worker) return { standing: 'gone' };
  if (isGone(worker.status)) return { standing: 'gone' };
  switch (worker.status) {
    case 'RUNNING':
    case 'DRAINING':
      if (!worker.cml) return { standing: 'away', worker };
      return {
        standing: 'here',
        worker,
        labs: deps.cml(worker.cml.url).labs,
        consoleHost: worker.cml.consoleHost,
      };
    case 'STOPPING':
    case 'STOPPED':
      return { standing: 'stopped', worker };
    default:
      return { standing: 'away', worker };
  }
}

/** Whether all that lived on a worker of this status is lost. */
export const isGone = (status: unknown): boolean =>
  status === 'FAILED' || status === 'TERMINATING' || status === 'TERMINATED';

/** How often a worker is looked at that is not to be reached. */
const AWAY_PACE = { atMostMs: 5_000 };

/** The site, if its labs can be reached. @throws StepWaits until they can */
export function reachable(site: Site): ReachableSite {
  if (site.standing === 'here') return site;
  const why =
    site.standing === 'gone' ? 'the worker is gone' : `worker ${site.worker.name} is ${site.worker.status}`;
  throw new StepWaits(`waiting for CML: ${why}`, AWAY_PACE);
}
