import { z } from 'zod';
import { instant } from './time.ts';

/** The pipelines that every session has; definitions may extend or replace what they do. */
export const PIPELINE_NAMES = ['instantiate', 'collect_evidence', 'compute_grading', 'teardown'] as const;
export const pipelineName = z.enum(PIPELINE_NAMES);
export type PipelineName = (typeof PIPELINE_NAMES)[number];

export const stepStatus = z.enum(['PENDING', 'RUNNING', 'COMPLETED', 'SKIPPED', 'FAILED']);
export type StepStatus = z.infer<typeof stepStatus>;

/** How one step stands. `output` is what later steps may read as `steps.<name>.<field>`. */
export const stepProgress = z.object({
  name: z.string(),
  status: stepStatus,
  /** Attempts begun in this run of the pipeline; one that was cut off and taken up again counts once. */
  attempts: z.number().int().min(0),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  /** Why it failed or was skipped, or what it waits for. */
  message: z.string().optional(),
  /** When it is looked at again: the next look at what it waits for, or its next attempt. */
  againAt: instant.optional(),
  output: z.record(z.string(), z.unknown()).optional(),
});
export type StepProgress = z.infer<typeof stepProgress>;

/** One step as it was planned. */
export const stepPlan = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  /** Which handler does it; its name where nothing else is said. */
  handler: z.string(),
  needs: z.array(z.string()),
  /** Expression in `${ }`; the step is skipped where it is true. */
  skipWhen: z.string().optional(),
  /** A failed optional step leaves the pipeline `PARTIAL`, not failed. */
  optional: z.boolean(),
  /** Seconds for one attempt. */
  timeoutSeconds: z.number().positive(),
  retry: z.object({
    maxAttempts: z.number().int().min(1).max(100),
    /** Seconds before the second attempt; doubled for each further one, up to a minute. */
    delaySeconds: z.number().min(0),
  }),
  params: z.record(z.string(), z.unknown()),
});
export type StepPlan = z.infer<typeof stepPlan>;

/** One run of a pipeline: the whole plan, written before its first step, and how far it is. */
export const pipelineProgress = z.object({
  name: pipelineName,
  /** Identifies this run; a later run of the same pipeline has another. */
  runId: z.string(),
  run: z.number().int().min(1),
  status: z.enum(['RUNNING', 'COMPLETED', 'PARTIAL', 'FAILED']),
  startedAt: instant,
  endedAt: instant.optional(),
  plan: z.array(stepPlan),
  steps: z.record(z.string(), stepProgress),
});
export type PipelineProgress = z.infer<typeof pipelineProgress>;
