import { expect, it } from 'vitest';
import { checkDependencies } from './check-dependencies.ts';

const good = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' };
const problemsOf = (entry: object, manifest: object = {}) =>
  checkDependencies([manifest], { lockfileVersion: 3, packages: { '': {}, 'node_modules/a': entry } })
    .problems;

it('takes what is locked, licensed and quiet', () => {
  expect(problemsOf(good)).toEqual([]);
  expect(problemsOf({ ...good, license: '(MIT OR GPL-3.0)' })).toEqual([]);
  expect(problemsOf({ ...good, license: '(MIT AND Zlib)' })).toEqual([]);
});

it.each([
  [{ ...good, integrity: undefined }, 'no SHA-512'],
  [{ ...good, integrity: 'sha1-x' }, 'no SHA-512'],
  [{ ...good, license: 'GPL-3.0' }, 'its licence is GPL-3.0'],
  [{ ...good, license: '(MIT AND GPL-3.0)' }, 'its licence is'],
  [{ ...good, license: undefined }, 'not stated'],
  [{ ...good, hasInstallScript: true }, 'runs a script'],
  [{ ...good, deprecated: 'use b' }, 'is deprecated: use b'],
])('refuses %j', (entry, problem) => {
  expect(problemsOf(entry)).toEqual([expect.stringContaining(problem)]);
});

it('lets run at installation only what was allowed to', () => {
  const entry = { ...good, hasInstallScript: true };
  expect(problemsOf(entry, { allowScripts: { a: true } })).toEqual([]);
  expect(problemsOf(entry, { allowScripts: { a: false } })).toHaveLength(1);
});

it('programs for other platforms are known by name alone, and not installed', () => {
  expect(problemsOf({ version: '1.0.0', optional: true })).toEqual([]);
});

it('wants versions said exactly', () => {
  for (const version of ['^1.0.0', '~1.0.0', '*', 'latest', '>=1', 'file:../x', 'git+https://x'])
    expect(problemsOf(good, { dependencies: { a: version } })).toEqual([
      `a@${version}: say exactly which version`,
    ]);
});
