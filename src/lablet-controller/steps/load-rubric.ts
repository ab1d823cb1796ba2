import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { putJson } from '../content-json.ts';
import type { SessionStep } from './step.ts';

export const loadRubricOutput = z.object({ rubricKey: z.string(), engine: z.enum(['builtin', 'external']) });

/** Keeps the rubric as it is now beside the evidence, so that a score can be explained and repeated. */
export const loadRubric: SessionStep = {
  run: async ({ context: work }): Promise<z.infer<typeof loadRubricOutput>> => {
    const { spec } = await work.definition();
    const { rubric, engine } = spec.grading ?? {};
    if (!rubric || !engine || engine === 'none')
      throw new Refusal('rule', `${spec.name} ${spec.version} has no rubric to grade by`);
    return { rubricKey: await putJson(work.deps.content, rubric), engine };
  },
};
