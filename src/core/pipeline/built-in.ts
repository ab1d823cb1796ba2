import type { PipelineName, StepPlan } from '../domain/pipeline-progress.ts';

/** What a step is where nothing else is said. */
export const STEP_DEFAULTS: Omit<StepPlan, 'name' | 'handler'> = {
  needs: [],
  optional: false,
  timeoutSeconds: 60,
  retry: { maxAttempts: 3, delaySeconds: 2 },
  params: {},
};

/**
 * The pipelines of the system (PRODUCT.md, Lab life cycle). Time-outs are per attempt. What must succeed in
 * the end, because something would be left behind otherwise, has many attempts, a minute apart at most.
 */
export const BUILT_IN: Readonly<Record<PipelineName, readonly StepPlan[]>> = {
  instantiate: [
    // The content may still be on its way from where it is published.
    step('content_sync', [], { timeoutSeconds: 120, attempts: 4, delaySeconds: 5 }),
    step('variables', [], { timeoutSeconds: 30 }),
    step('lab_resolve', ['content_sync', 'variables'], { timeoutSeconds: 180, delaySeconds: 10 }),
    step('ports_alloc', ['lab_resolve'], { timeoutSeconds: 30, attempts: 5 }),
    // Big topologies take CML minutes to import.
    step('tags_sync', ['ports_alloc'], { timeoutSeconds: 300, delaySeconds: 10 }),
    step('lab_binding', ['tags_sync'], { timeoutSeconds: 30, attempts: 5 }),
    // 300 nodes boot in batches, and the slowest images take 15 minutes by themselves.
    step('lab_start', ['lab_binding'], { timeoutSeconds: 2_400, attempts: 2, delaySeconds: 15 }),
    // Devices are known as soon as ports are; the candidate is let in by mark_ready.
    step('lds_provision', ['lab_binding'], { timeoutSeconds: 60, attempts: 5, delaySeconds: 5 }),
    step('mark_ready', ['lab_start', 'lds_provision'], { timeoutSeconds: 30, attempts: 5 }),
  ],
  collect_evidence: [
    step('close_access', [], { timeoutSeconds: 30, attempts: 10 }),
    // What a candidate has done cannot be had again later.
    step('capture_configs', ['close_access'], { timeoutSeconds: 600, attempts: 10, delaySeconds: 5 }),
    step('capture_command_output', ['close_access'], {
      timeoutSeconds: 600,
      attempts: 4,
      delaySeconds: 5,
      optional: true,
    }),
    step('export_pcaps', ['close_access'], { timeoutSeconds: 300, attempts: 2, optional: true }),
    step('package_evidence', ['capture_configs', 'capture_command_output', 'export_pcaps'], {
      timeoutSeconds: 120,
      attempts: 10,
    }),
  ],
  compute_grading: [
    step('load_rubric', [], { timeoutSeconds: 30, attempts: 10 }),
    // An external engine answers when it is done.
    step('evaluate', ['load_rubric'], { timeoutSeconds: 900, attempts: 4, delaySeconds: 10 }),
    step('record_score', ['evaluate'], { timeoutSeconds: 30, attempts: 10 }),
  ],
  teardown: [
    step('stop_lab', [], { timeoutSeconds: 300, attempts: 20, delaySeconds: 5 }),
    step('deregister_lds', [], { timeoutSeconds: 60, attempts: 20, delaySeconds: 5 }),
    step('wipe_lab', ['stop_lab'], { timeoutSeconds: 300, attempts: 20, delaySeconds: 5 }),
    step('archive', ['wipe_lab', 'deregister_lds'], { timeoutSeconds: 60, attempts: 20 }),
  ],
};

/** Handlers of the built-in steps; definitions may use each of them in any pipeline. */
export const BUILT_IN_HANDLERS: readonly string[] = Object.values(BUILT_IN).flatMap((steps) =>
  steps.map(({ handler }) => handler),
);

function step(
  name: string,
  needs: readonly string[],
  more: { timeoutSeconds: number; attempts?: number; delaySeconds?: number; optional?: boolean },
): StepPlan {
  const { timeoutSeconds, optional = false, attempts = 3, delaySeconds = 2 } = more;
  const retry = { maxAttempts: attempts, delaySeconds };
  return { ...STEP_DEFAULTS, name, handler: name, needs: [...needs], optional, timeoutSeconds, retry };
}
