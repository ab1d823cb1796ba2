import type { StepPlan, StepProgress } from '../domain/pipeline-progress.ts';

export type PipelineEnd =
  | { status: 'COMPLETED' | 'PARTIAL' }
  | { status: 'FAILED'; step: string; message: string };

/** Whether nothing more happens to the step in this run. */
export function isOver({ status }: StepProgress): boolean {
  return status === 'COMPLETED' || status === 'SKIPPED' || status === 'FAILED';
}

/** Whether what the step needs is done: completed, skipped, or failed where it was optional. */
export function needsAreMet(
  step: StepPlan,
  plan: readonly StepPlan[],
  progressOf: (name: string) => StepProgress | undefined,
): boolean {
  return step.needs.every((need) => {
    const status = progressOf(need)?.status;
    if (status !== 'FAILED') return status === 'COMPLETED' || status === 'SKIPPED';
    return plan.find(({ name }) => name === need)?.optional ?? false;
  });
}

/** How a pipeline ended of which nothing more can be done. */
export function endOf(
  plan: readonly StepPlan[],
  progressOf: (name: string) => StepProgress | undefined,
): PipelineEnd {
  let status: 'COMPLETED' | 'PARTIAL' = 'COMPLETED';
  for (const { name, optional } of plan) {
    const progress = progressOf(name);
    if (progress?.status !== 'FAILED') continue;
    if (!optional) return { status: 'FAILED', step: name, message: progress.message ?? 'no reason given' };
    status = 'PARTIAL';
  }
  const stuck = plan.find(({ name }) => {
    const progress = progressOf(name);
    return !progress || !isOver(progress);
  });
  if (!stuck) return { status };
  const message = `can never begin: its needs (${stuck.needs.join(', ')}) can never be met`;
  return { status: 'FAILED', step: stuck.name, message };
}
