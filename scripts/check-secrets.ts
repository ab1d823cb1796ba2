import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What secretlint takes for a secret and is none: file, rule, and why it may stand there. */
const HARMLESS: readonly { file: string; rule: string; why: string }[] = [
  {
    file: 'src/adapters/cml/self-signed.fixture.ts',
    rule: '@secretlint/secretlint-rule-privatekey',
    why: 'the key of a certificate that only tests trust',
  },
  {
    file: 'src/adapters/http/guarded-web.test.ts',
    rule: '@secretlint/secretlint-rule-basicauth',
    why: 'a URL with a password, to be refused',
  },
];

const SECRETLINT = fileURLToPath(new URL('../node_modules/.bin/secretlint', import.meta.url));
const RULES = fileURLToPath(new URL('../.secretlintrc.json', import.meta.url));

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string(),
        message: z.string(),
        loc: z.object({ start: z.object({ line: z.number() }) }),
      }),
    ),
  }),
);

/** What was found, each as `file:line: what`, and exceptions that nothing needs any more. */
export interface SecretScan {
  found: string[];
  needless: string[];
}

/** Looks for keys, tokens and passwords in the files, as they are on disk. @throws Error where the scan itself failed */
export function scanForSecrets(files: readonly string[], root: string, harmless = HARMLESS): SecretScan {
  const options = ['--no-glob', '--no-gitignore', '--format', 'json', '--secretlintrc', RULES];
  const { status, stdout, stderr } = spawnSync(process.execPath, [SECRETLINT, ...options, ...files], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (status !== 0 && status !== 1)
    throw new Error(`secretlint could not scan: ${stderr || `status ${status}`}`);
  const looked = report.parse(JSON.parse(stdout));
  const all = looked.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message, loc }) => ({
      file: filePath.replace(`${root}/`, ''),
      rule: ruleId,
      line: loc.start.line,
      message,
    })),
  );
  const excuses = (one: { file: string; rule: string }) =>
    harmless.filter(({ file, rule }) => one.file === file && one.rule.endsWith(rule));
  return {
    found: all.flatMap((one) => (excuses(one).length > 0 ? [] : [`${one.file}:${one.line}: ${one.message}`])),
    needless: harmless
      .filter((one) => files.includes(one.file) && !all.some((hit) => excuses(hit).includes(one)))
      .map(({ file, rule }) => `${file}: ${rule} finds nothing there any more`),
  };
}

if (import.meta.main) {
  const list = spawnSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 100_000_000 });
  const gone = spawnSync('git', ['ls-files', '-z', '--deleted'], { encoding: 'utf8' });
  const names = (text: string) => text.split('\0').filter((name) => name !== '');
  const files = names(list.stdout).filter((name) => !names(gone.stdout).includes(name));
  if (files.length === 0) throw new Error('git names no files: nothing was scanned');
  const { found, needless } = scanForSecrets(files, process.cwd());
  for (const one of [...found, ...needless]) console.error(one);
  console.log(`${found.length} secrets in ${files.length} files`);
  if (found.length + needless.length > 0) process.exitCode = 1;
}
