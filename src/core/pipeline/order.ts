import type { StepPlan } from '../domain/pipeline-progress.ts';
import { Refusal } from '../domain/refusal.ts';

/**
 * The steps in an order in which each follows its needs; as written, where the needs leave a choice.
 * @throws Refusal `rule` naming the step that is there twice, needs what is not there, or needs itself
 */
export function orderSteps(steps: readonly StepPlan[]): StepPlan[] {
  const byName = new Map<string, StepPlan>();
  for (const step of steps) {
    if (byName.has(step.name)) throw new Refusal('rule', `step ${step.name} is there twice`);
    byName.set(step.name, step);
  }
  for (const { name, needs } of steps) {
    for (const need of needs) {
      if (!byName.has(need)) throw new Refusal('rule', `step ${name} needs ${need}, which is not there`);
    }
  }
  const ordered = new Set<StepPlan>();
  const path: string[] = [];
  const visit = (step: StepPlan) => {
    if (ordered.has(step)) return;
    if (path.includes(step.name)) {
      const circle = [...path.slice(path.indexOf(step.name)), step.name];
      throw new Refusal('rule', `step ${step.name} needs itself: ${circle.join(' needs ')}`);
    }
    path.push(step.name);
    for (const need of step.needs) {
      const needed = byName.get(need);
      if (needed) visit(needed);
    }
    path.pop();
    ordered.add(step);
  };
  for (const step of steps) visit(step);
  return [...ordered];
}
