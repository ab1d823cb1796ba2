import type { StepPlan } from '@lcm/core/api/vocabulary.ts';

/** Where a step is drawn, in whole columns and rows. */
export interface PlacedStep {
  name: string;
  column: number;
  row: number;
}

export interface PipelineLayout {
  steps: readonly PlacedStep[];
  columns: number;
  rows: number;
  /** From and to, by name. */
  edges: readonly (readonly [string, string])[];
}

/**
 * Layers by the longest way from the start: a step stands right of everything that it needs. Edges that
 * another way says already are left out. Needs that are not in the plan are passed over.
 */
export function layOut(plan: readonly Pick<StepPlan, 'name' | 'needs'>[]): PipelineLayout {
  const byName = new Map(plan.map((step) => [step.name, step]));
  const columnOf = new Map<string, number>();
  const column = (name: string, above: ReadonlySet<string>): number => {
    const known = columnOf.get(name);
    if (known !== undefined) return known;
    // The server refuses circles; a drawing must end all the same.
    const needs = (byName.get(name)?.needs ?? []).filter((need) => byName.has(need) && !above.has(need));
    const own = Math.max(-1, ...needs.map((need) => column(need, new Set([...above, name])))) + 1;
    columnOf.set(name, own);
    return own;
  };
  const taken = new Map<number, number>();
  const steps = plan.map(({ name }) => {
    const own = column(name, new Set([name]));
    const row = taken.get(own) ?? 0;
    taken.set(own, row + 1);
    return { name, column: own, row };
  });
  const reaches = (from: string, to: string): boolean =>
    (byName.get(to)?.needs ?? []).some(
      (need) =>
        need === from || ((columnOf.get(need) ?? 0) > (columnOf.get(from) ?? 0) && reaches(from, need)),
    );
  const edges = plan.flatMap(({ name, needs }) =>
    needs
      .filter((need) => byName.has(need))
      .filter((need) => !needs.some((other) => other !== need && reaches(need, other)))
      .map((need) => [need, name] as const),
  );
  return {
    steps,
    columns: Math.max(0, ...steps.map((step) => step.column + 1)),
    rows: Math.max(0, ...taken.values()),
    edges,
  };
}
