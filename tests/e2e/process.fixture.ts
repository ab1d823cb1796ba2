import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `lcm` as a process of its own, without a terminal. */
export interface LcmProcess {
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  errors(): string;
  /** Its exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Starts `lcm` with these arguments; of our environment it gets only what every program needs. */
export function startLcm(args: readonly string[], environment: Record<string, string> = {}): LcmProcess {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'src/cli/lcm.ts', ...args],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...environment },
    },
  );
  const said = { output: '', errors: '' };
  child.stdout.on('data', (text) => {
    said.output += String(text);
  });
  child.stderr.on('data', (text) => {
    said.errors += String(text);
  });
  const ended = once(child, 'close').then(([status, signal]): number | NodeJS.Signals => status ?? signal);
  return { child, output: () => said.output, errors: () => said.errors, ended };
}

/** Runs `lcm` to its end. */
export async function runLcm(args: readonly string[], environment: Record<string, string> = {}) {
  const lcm = startLcm(args, environment);
  const status = await lcm.ended;
  return { status, output: lcm.output(), errors: lcm.errors() };
}

/** Kills the process, which is over when this is. */
export async function killLcm({ child, ended }: LcmProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** Ends the simulator of that data folder, which outlives a system that was killed. */
export async function endSimulator(dataDir: string): Promise<void> {
  const note = await readFile(join(dataDir, 'simulator', 'process.json'), 'utf8').catch(() => undefined);
  if (note === undefined) return; // none was started, or it was ended in order
  const { pid }: { pid: number } = JSON.parse(note);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself between our look and now.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A port of the loopback address that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  server.close();
  await once(server, 'close');
  return address.port;
}
