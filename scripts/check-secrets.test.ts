import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scanForSecrets } from './check-secrets.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lcm-scan-'));
});
afterEach(() => rmSync(root, { recursive: true }));

// In parts, so that the scan does not find this file.
const password = ['correct', 'horse', 'battery'].join('-');
const url = ['https://lcm:', password, '@mail.example.org/'].join('');

it('finds a secret by file and line, and does not repeat it', () => {
  writeFileSync(join(root, 'a.ts'), `const x = 1;\nconst url = '${url}';\n`);
  writeFileSync(join(root, 'b.ts'), 'const fine = 1;\n');
  const { found, needless } = scanForSecrets(['a.ts', 'b.ts'], root, []);
  expect([found.length, needless]).toEqual([1, []]);
  expect(found[0]).toMatch(/^a\.ts:2: /);
  expect(found[0]).not.toContain(password);
});

it('lets pass what is known to be none, and tells of exceptions that nothing needs', () => {
  const excuse = (file: string) => ({ file, rule: '@secretlint/secretlint-rule-basicauth', why: 'a test' });
  writeFileSync(join(root, 'a.ts'), `const url = '${url}';\n`);
  writeFileSync(join(root, 'b.ts'), 'const fine = 1;\n');
  const { found, needless } = scanForSecrets(['a.ts', 'b.ts'], root, [excuse('a.ts'), excuse('b.ts')]);
  expect([found, needless.length]).toEqual([[], 1]);
  expect(needless[0]).toMatch(/^b\.ts: /);
});

it('fails where it could not look', () => {
  expect(() => scanForSecrets(['none.ts'], root, [])).toThrow('could not scan');
});
