import type { z } from 'zod';
import type { pipelineChange } from '../domain/definition-state.ts';
import type { PipelineName, StepPlan } from '../domain/pipeline-progress.ts';
import { Refusal } from '../domain/refusal.ts';
import { BUILT_IN, BUILT_IN_HANDLERS, STEP_DEFAULTS } from './built-in.ts';
import { orderSteps } from './order.ts';

export type PipelineChange = z.infer<typeof pipelineChange>;
type Written = NonNullable<PipelineChange['insert']>[number];
type Change = NonNullable<PipelineChange['overrides']>[string];

/**
 * The steps of a pipeline as a definition wants them, in an order in which every step follows its needs. First
 * come the definition's `steps` in place of the built-in ones, then what it removes, inserts and overrides.
 * What needed a removed step needs what that one needed.
 * @param handlers names of the handlers there are, those of the built-in steps where absent
 * @throws Refusal `rule` naming the step: twice there, unknown, unknown need or handler, circular
 */
export function planPipeline(
  name: PipelineName,
  change: PipelineChange = {},
  handlers: readonly string[] = BUILT_IN_HANDLERS,
): StepPlan[] {
  const { steps, remove = [], insert = [], overrides = {} } = change;
  const first = steps ? steps.map(complete) : structuredClone(BUILT_IN[name]);
  const kept = remove.reduce(without, [...first]);
  const wanted = [...kept, ...insert.map(complete)];
  for (const overridden of Object.keys(overrides)) mustKnow(wanted, overridden, 'override');
  const plan = orderSteps(wanted.map((step) => override(step, overrides[step.name])));
  for (const { name: step, handler } of plan) {
    if (!handlers.includes(handler)) {
      throw new Refusal('rule', `step ${step} wants the handler ${handler}, which does not exist`);
    }
  }
  return plan;
}

function complete({ name, ...written }: Written): StepPlan {
  return override({ ...structuredClone(STEP_DEFAULTS), name, handler: name }, written);
}

/** A shallow change; what is not said stays. The name is what the step is known by and stays too. */
function override(step: StepPlan, change: Change = {}): StepPlan {
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...step, ...said, name: step.name };
}

function without(steps: StepPlan[], name: string): StepPlan[] {
  const removed = mustKnow(steps, name, 'remove');
  return steps
    .filter((step) => step !== removed)
    .map((step) => {
      if (!step.needs.includes(name)) return step;
      const needs = step.needs.flatMap((need) => (need === name ? removed.needs : [need]));
      return { ...step, needs: [...new Set(needs)] };
    });
}

function mustKnow(steps: readonly StepPlan[], name: string, verb: string): StepPlan {
  const found = steps.find((step) => step.name === name);
  if (!found) throw new Refusal('rule', `there is no step ${name} to ${verb}`);
  return found;
}
