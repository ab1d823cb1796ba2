import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { forbidden } from './arrows.ts';

/** What a look at the imports of a tree found. */
export interface ArrowReport {
  /** One line for each import that goes the wrong way: from, to, the rule's name and why. */
  readonly violations: readonly string[];
  readonly modules: number;
  readonly imports: number;
}

/**
 * Follows every import, those of types included, of `src` and `tests` below `root` and holds it against the rules.
 * @throws Error when modules that are on disk were not seen: "no violations" would mean nothing then.
 */
export async function checkArrows(root: string): Promise<ArrowReport> {
  const folders = ['src', 'tests', 'scripts'].filter((folder) => sources(root, folder).length > 0);
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      ruleSet: { forbidden: [...forbidden] },
      validate: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^(build|dist)/' },
      tsPreCompilationDeps: true,
      detectJSDocImports: false,
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  );
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`);
  return {
    violations: output.summary.violations.map(line),
    imports: refuseBlindness(root, folders, output),
    modules: output.summary.totalCruised,
  };
}

/** A parser that does not understand the sources sees modules without imports, or none, and finds no fault. */
function refuseBlindness(root: string, folders: readonly string[], result: ICruiseResult): number {
  const seen = new Set(result.modules.map((module) => module.source));
  const missed = folders.flatMap((folder) => sources(root, folder)).filter((file) => !seen.has(file));
  if (seen.size === 0 || missed.length > 0)
    throw new Error(
      `saw ${seen.size} modules, but not ${missed.length} that are there, such as ${missed.slice(0, 3)}`,
    );
  const own = result.modules.filter((module) => isOurs(module.source));
  const mute = own.filter((module) => module.dependencies.length === 0 && imports(root, module.source));
  if (mute.length > 0)
    throw new Error(
      `saw no import in ${mute.length} modules that have some, such as ${mute.slice(0, 3).map((one) => one.source)}`,
    );
  return own.flatMap((module) => module.dependencies).length;
}

function isOurs(source: string): boolean {
  return /^(src|tests|scripts)\//.test(source) && !source.includes('/node_modules/');
}

function imports(root: string, source: string): boolean {
  return (
    /\.tsx?$/.test(source) &&
    /^(import|export) .*\bfrom '.+';$/m.test(readFileSync(join(root, source), 'utf8'))
  );
}

function sources(root: string, folder: string): string[] {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root, exclude: ['**/node_modules/**'] }).filter(
    (file) => !file.endsWith('.d.ts'),
  );
}

function line(violation: ICruiseResult['summary']['violations'][number]): string {
  const why = forbidden.find((one) => one.name === violation.rule.name)?.comment ?? '';
  const way = violation.cycle?.map((step) => step.name).join(' → ') ?? violation.to;
  return `${violation.from} → ${way}\n    ${violation.rule.name}: ${why}`;
}

if (import.meta.main) {
  const report = await checkArrows(process.cwd());
  for (const violation of report.violations) console.error(violation);
  console.log(
    `${report.violations.length} wrong arrows among ${report.imports} imports of ${report.modules} modules`,
  );
  if (report.violations.length > 0) process.exitCode = 1;
}
