import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProcessNote } from '@lcm/simulator/process-note.ts';
import { eventually } from './embedded.fixture.ts';

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

/** How long the system may take to start on a machine that is busy with other things; a second on one that is not. */
const START_MS = 180_000;

/**
 * Starts the embedded system and waits until it says that it runs.
 * @throws what it said where it ends instead
 */
export async function startSystem(environment: Record<string, string>): Promise<LcmProcess> {
  const lcm = startLcm(['up'], environment);
  await untilItRuns(lcm);
  return lcm;
}

/** Waits until `lcm up` says that it runs; otherwise it is not left running. @throws what it said where it ends instead */
export async function untilItRuns(lcm: LcmProcess): Promise<void> {
  const runs = async () => {
    if (hasEnded(lcm)) throw new Error(`lcm up ended: ${lcm.errors()}`);
    return lcm.output().includes('runs.');
  };
  try {
    await eventually('the system to run', runs, START_MS);
  } catch (error) {
    if (!hasEnded(lcm)) await killLcm(lcm);
    throw error;
  }
}

/** Whether the process is over, however that came. */
export const hasEnded = ({ child }: LcmProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Kills the process, which is over when this is. */
export async function killLcm({ child, ended }: LcmProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** The simulator of that data folder; undefined where none was started, or it was ended in order. */
export const simulatorIn = (dataDir: string) => readProcessNote(join(dataDir, 'simulator'));

/** Ends the simulator of that data folder, which outlives a system that was killed. */
export async function endSimulator(dataDir: string): Promise<void> {
  const note = simulatorIn(dataDir);
  if (note === undefined) return;
  try {
    process.kill(note.pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself between our look and now.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * The first of so many ports in a row, of those that CML serves consoles on, that nobody on this machine listens on:
 * who does so at all addresses has them at those of simulated workers, too.
 */
export async function freeConsolePorts(count: number): Promise<{ first: number; last: number }> {
  let first = 2_000;
  for (let port = first; port < 8_000; port++) {
    if (!(await canListen(port))) first = port + 1;
    if (port - first === count - 1) return { first, last: port };
  }
  throw new Error(`there are no ${count} free ports in a row from 2000 to 7999`);
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    // Somebody has it, here or everywhere.
    return false;
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
