import type { LaunchAttempt, Worker } from '@lcm/core/domain/worker-state.ts';

const MANAGED_BY = 'lablet-cloud-manager';
export const WORKER_TAG = 'lcm:worker_id';
export const ATTEMPT_TAG = 'lcm:attempt';

/** What every instance of this installation carries. */
export const installationTags = (installation: string): Record<string, string> => ({
  'lcm:installation': installation,
  'lcm:managed_by': MANAGED_BY,
});

/** What every instance of that worker carries, whichever attempt made it. */
export const workerTags = (installation: string, worker: Pick<Worker, 'id'>): Record<string, string> => ({
  'lcm:installation': installation,
  [WORKER_TAG]: worker.id,
});

/** The tags of one launch. They are part of the request, so the same attempt always has the same ones. */
export function launchTags(
  installation: string,
  worker: Pick<Worker, 'id' | 'name' | 'template'>,
  attempt: Pick<LaunchAttempt, 'number'>,
): Record<string, string> {
  return {
    ...installationTags(installation),
    [WORKER_TAG]: worker.id,
    [ATTEMPT_TAG]: String(attempt.number),
    'lcm:template_name': worker.template.name,
    Name: `cml-worker-${worker.name}`,
  };
}
