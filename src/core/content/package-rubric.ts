import { z } from 'zod';
import { type Rubric, rubric } from '../domain/rubric.ts';
import { readDocument } from './package-yaml.ts';
import { type PackageFiles, refuse } from './unpack.ts';

const check = z.looseObject({
  source: z.string(),
  regex: z.string(),
  mode: z.enum(['positive', 'negative']).optional(),
  flags: z.array(z.enum(['multiline', 'ignorecase', 'dotall'])).nullish(),
  on_fail: z.string().nullish(),
});

const ruleset = z.looseObject({
  domain: z.string().optional(),
  max_points: z.number().optional(),
  cut_score: z.number().optional(),
  items: z.array(
    z.looseObject({
      id: z.coerce.string(),
      points: z.number(),
      section: z.string().optional(),
      description: z.string().default(''),
      checks: z.array(check).min(1),
    }),
  ),
});

/** `grading/rubric.yaml`, an EvaluationRuleset (reference 03, section 4.7), with or without its `spec` around it. */
const rubricFile = z.union([z.looseObject({ spec: ruleset }).transform(({ spec }) => spec), ruleset]);

/**
 * The package's rubric in LCM's terms; undefined without the file. A check's captured variable becomes the
 * evidence that the capturing job would collect. Where no cut score is given none is demanded.
 */
export function readPackageRubric(
  files: PackageFiles,
  file: string,
  captures: ReadonlyMap<string, string>,
): Rubric | undefined {
  const read = readDocument(files, file, rubricFile);
  if (!read) return undefined;
  const points = read.items.reduce((sum, item) => sum + item.points, 0);
  if (read.max_points !== undefined && Math.abs(read.max_points - points) > 1e-6)
    refuse(file, `says max_points ${read.max_points}, its items add up to ${points}`);
  const checked = rubric.safeParse({
    domain: read.domain ?? '',
    cutScore: read.cut_score ?? 0,
    items: read.items.map(({ id, points: worth, section, description, checks }) => ({
      id,
      points: worth,
      description,
      ...(section ? { section } : {}),
      checks: checks.map(({ source, regex, mode, flags, on_fail }) => ({
        source: sourceOf(source, captures),
        regex,
        ...(mode ? { mode } : {}),
        flags: flags ?? [],
        ...(on_fail ? { onFail: on_fail } : {}),
      })),
    })),
  });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  refuse(file, `cannot be used at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

function sourceOf(source: string, captures: ReadonlyMap<string, string>): string {
  const name = source
    .replace(/^\$\{\s*\.?/, '')
    .replace(/\s*\}$/, '')
    .replace(/^\.?vars\./, '');
  return captures.get(name) ?? source;
}
