import type { PipelineProgress, StepProgress } from '../domain/pipeline-progress.ts';
import type { Clock } from '../spi/clock.ts';
import type { ExpressionEvaluator } from '../spi/expressions.ts';
import type { Random } from '../spi/random.ts';
import type { StepHandlers } from './step-handler.ts';

export interface PipelineRun<Context> {
  /** As it was persisted; it is not changed. */
  progress: PipelineProgress;
  handlers: StepHandlers<Context>;
  context: Context;
  /** Persists how a step stands; called for one step at a time. What it throws ends the run. */
  save(step: StepProgress): Promise<void>;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
  /** For `skipWhen`; a plan that uses it needs it. */
  expressions?: ExpressionEvaluator | undefined;
  /** What expressions may read besides `steps`. */
  scope?: Readonly<Record<string, unknown>> | undefined;
}

export type PipelineStatus = 'COMPLETED' | 'PARTIAL' | 'FAILED';

/** How far it came. `WAITING`: nothing can be done now, come again. */
export type PipelineAdvance =
  | { status: 'COMPLETED' | 'PARTIAL' }
  | { status: 'FAILED'; step: string; message: string }
  | { status: 'WAITING'; againInMs: number; message: string };

/**
 * Runs the pipeline to its end, sleeping while its steps wait.
 * @throws what `save` throws, the signal's reason, and Refusal `staleFence` from a step
 */
export declare function runPipeline<Context>(run: PipelineRun<Context>): Promise<PipelineStatus>;

/**
 * Does all that can be done now and returns instead of sleeping: for a reconcile, which should be short, so
 * that a change of mind (a cancelled session) is seen between two looks at a waiting step.
 * @throws as `runPipeline`
 */
export declare function advancePipeline<Context>(run: PipelineRun<Context>): Promise<PipelineAdvance>;
