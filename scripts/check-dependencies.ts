import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Licences that what we ship may have; an expression passes with one of its alternatives, or all that it joins. */
const LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'Artistic-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});
const lockedPackage = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  optional: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  deprecated: z.string().optional(),
});
const lockfile = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), lockedPackage.loose()),
});

/** What was found, and how much was looked at. */
export interface DependencyCheck {
  problems: string[];
  packages: number;
}

/**
 * Holds what is installed to what was decided: versions are exact, every package is the one that was locked (its hash
 * is in the lockfile), nobody runs code while it is installed but who may, licences are among those that we take.
 * Known faults of packages are another matter: `make audit` asks the registry for them.
 */
export function checkDependencies(manifests: readonly unknown[], lock: unknown): DependencyCheck {
  const { packages } = lockfile.parse(lock);
  const declared = manifests.map((one) => manifest.parse(one));
  const allowed = new Set(
    declared.flatMap(({ allowScripts }) =>
      Object.entries(allowScripts).flatMap(([name, isAllowed]) => (isAllowed ? [name] : [])),
    ),
  );
  const ranges = declared.flatMap(({ dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${name}@${version}: say exactly which version`),
  );
  const foreign = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );
  const problems = foreign.flatMap(([path, one]) =>
    problemsOf(path.replace(/^.*node_modules\//, ''), one, allowed).map(
      (problem) => `${path}@${one.version ?? '?'}: ${problem}`,
    ),
  );
  return { problems: [...ranges, ...problems], packages: foreign.length };
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

function problemsOf(
  name: string,
  one: z.infer<typeof lockedPackage>,
  allowed: ReadonlySet<string>,
): string[] {
  // npm locks programs for other platforms by name alone where it cannot see them; they are not installed.
  const isElsewhere = one.optional === true && one.integrity === undefined;
  return [
    ...(one.integrity?.startsWith('sha512-') || isElsewhere ? [] : ['the lockfile has no SHA-512 of it']),
    ...(one.hasInstallScript && !allowed.has(name)
      ? ['runs a script when it is installed: see allowScripts']
      : []),
    ...(isTaken(one.license) || isElsewhere ? [] : [`its licence is ${one.license ?? 'not stated'}`]),
    ...(one.deprecated ? [`is deprecated: ${one.deprecated}`] : []),
  ];
}

/** SPDX expressions as they occur: one level of AND or OR (https://spdx.dev/learn/handling-license-info/). */
function isTaken(licence = ''): boolean {
  const bare = licence.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' AND ')) return bare.split(' AND ').every((one) => LICENCES.has(one));
  return bare.split(' OR ').some((one) => LICENCES.has(one));
}

if (import.meta.main) {
  const root = process.cwd();
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const { workspaces } = z.object({ workspaces: z.array(z.string()) }).parse(read('package.json'));
  const manifests = ['.', ...workspaces].map((folder) => read(join(folder, 'package.json')));
  const { problems, packages } = checkDependencies(manifests, read('package-lock.json'));
  if (packages === 0) throw new Error('the lockfile names no packages: nothing was checked');
  for (const problem of problems) console.error(problem);
  console.log(`${problems.length} problems in ${packages} packages`);
  if (problems.length > 0) process.exitCode = 1;
}
