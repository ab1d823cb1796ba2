import { spawn } from 'node:child_process';

/** The checks of `make lint`, slowest first: npm scripts, and scripts of this folder, each to be run alone as well. */
const checks = [
  'lint:promises',
  'lint:types',
  'lint:unused',
  'check-secrets.ts',
  'lint:arrows',
  'lint:clock',
  'lint:format',
  'check-dependencies.ts',
] as const;

interface Outcome {
  readonly check: string;
  readonly passed: boolean;
}

/** Runs every check, two at a time, and shows what those that failed had to say: one run tells everything. */
async function lint(): Promise<Outcome[]> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
      outcomes.push(await run(check));
  };
  await Promise.all([work(), work()]);
  return outcomes;
}

function run(check: string): Promise<Outcome> {
  const started = performance.now();
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const [program, ...given] = check.endsWith('.ts')
    ? ['node', `scripts/${check}`]
    : ['npm', 'run', '--silent', check];
  const child = spawn(program, given, {
    env: { ...process.env, ...colour },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const passed = code === 0;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${passed ? 'passed' : 'FAILED'}  ${check}  ${seconds} s`);
      if (!passed) console.log(Buffer.concat(output).toString());
      resolve({ check, passed });
    });
  });
}

const outcomes = await lint();
const failed = outcomes.filter((one) => !one.passed).map((one) => one.check);
console.log(
  failed.length === 0
    ? `lint: all ${outcomes.length} checks passed`
    : `lint: ${failed.length} of ${outcomes.length} checks failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
