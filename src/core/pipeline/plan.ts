import type { z } from 'zod';
import type { pipelineChange } from '../domain/definition-state.ts';
import type { PipelineName, StepPlan } from '../domain/pipeline-progress.ts';

export type PipelineChange = z.infer<typeof pipelineChange>;

/**
 * The steps of a pipeline as a definition wants them, in an order in which every step follows its needs.
 * @param handlers names of the handlers there are, those of the built-in steps where absent
 * @throws Refusal `rule` naming the step: twice there, unknown need or handler, circular
 */
export declare function planPipeline(
  name: PipelineName,
  change?: PipelineChange,
  handlers?: readonly string[],
): StepPlan[];
