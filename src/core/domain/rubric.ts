import { z } from 'zod';

/**
 * One check on a piece of evidence. `source` names it: `config:<node label>` for a configuration,
 * `output:<node label>:<command>` for what a command printed.
 */
export const rubricCheck = z.object({
  source: z.string().min(1).max(300),
  regex: z.string().min(1).max(2_000),
  /** `negative` passes where the pattern is not found. */
  mode: z.enum(['positive', 'negative']).default('positive'),
  flags: z.array(z.enum(['multiline', 'ignorecase', 'dotall'])).default([]),
  /** What the report says when the check fails. */
  onFail: z.string().max(500).optional(),
});
export type RubricCheck = z.infer<typeof rubricCheck>;

/** Points for one thing that the candidate had to do; all its checks must pass. */
const rubricItem = z.object({
  id: z.string().min(1).max(100),
  /** Items of one section are reported together. */
  section: z.string().max(100).default('Tasks'),
  description: z.string().max(1_000),
  points: z.number().min(0).max(10_000),
  checks: z.array(rubricCheck).min(1).max(50),
});

/** How evidence turns into points (reference: EvaluationRuleset). */
export const rubric = z.object({
  domain: z.string().max(200).default(''),
  /** Points needed to pass. */
  cutScore: z.number().min(0),
  items: z.array(rubricItem).min(1).max(500),
});
export type Rubric = z.infer<typeof rubric>;

/** The most that can be scored. */
export function maxScore(rules: Rubric): number {
  return rules.items.reduce((sum, item) => sum + item.points, 0);
}

/** The pieces of evidence that the rubric judges by, each once. */
export function sourcesOf(rules: Rubric): string[] {
  return [...new Set(rules.items.flatMap((item) => item.checks.map((check) => check.source)))];
}
