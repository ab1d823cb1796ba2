import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** A simulator in a process of its own. */
export interface SimulatorProcess {
  url: string;
  /** Ends it; what it holds stays on disk. */
  stop(): Promise<void>;
}

/** How the simulator is to be run. */
export interface SimulatorSetup {
  dataDir: string;
  port: number;
  cmlPort: number;
  eventSink: string;
  clock: Clock;
}

/** How long a simulator may take to start or to stop. */
const PATIENCE_MS = 15_000;

/**
 * Finds the simulator of that folder, or starts it. It survives the system's death, so one may be running
 * from before: then that one is used.
 */
export async function ensureSimulator(setup: SimulatorSetup): Promise<SimulatorProcess> {
  const folder = join(setup.dataDir, 'simulator');
  mkdirSync(folder, { recursive: true });
  const running = readNote(folder);
  if (running && (await answers(running.url))) return handle(running, folder, setup.clock);
  const started = await start(setup, folder);
  writeFileSync(noteFile(folder), JSON.stringify(started));
  return handle(started, folder, setup.clock);
}

/** What is noted of a running simulator. */
interface Note {
  pid: number;
  url: string;
}

const noteFile = (folder: string) => join(folder, 'process.json');

function readNote(folder: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(folder), 'utf8')) as Note;
  } catch {
    // None has run here yet, or its note was cut off with it: a new one is started.
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/admin/health`)).ok;
  } catch {
    // Nobody listens there any more.
    return false;
  }
}

async function start({ port, cmlPort, eventSink }: SimulatorSetup, folder: string): Promise<Note> {
  const main = new URL('../simulator/main.ts', import.meta.url);
  const errors = openSync(join(folder, 'simulator.log'), 'a');
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      main.pathname,
      `--data-dir=${folder}`,
      `--port=${port}`,
      `--cml-port=${cmlPort}`,
      `--event-sink=${eventSink}`,
    ],
    // A group of its own: Ctrl-C in the terminal is for the system, which then ends the simulator in order.
    { detached: true, stdio: ['ignore', 'pipe', errors] },
  );
  const { stdout } = child;
  if (!stdout) throw new Error('the simulator has no output');
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the simulator did not start; see ${join(folder, 'simulator.log')}`);
  });
  failed.catch(() => {});
  const url = await Promise.race([firstUrl(stdout), failed]);
  stdout.destroy();
  child.unref();
  if (child.pid === undefined) throw new Error('the simulator has no process');
  return { pid: child.pid, url };
}

/** The address that it prints when it listens. */
async function firstUrl(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const match = /https?:\/\/\S+/.exec(text);
    if (match) return match[0];
  }
  return new Promise(() => {}); // its exit is what is told
}

function handle({ pid, url }: Note, folder: string, clock: Clock): SimulatorProcess {
  return {
    url,
    stop: async () => {
      signal(pid, 'SIGTERM');
      const deadline = clock.monotonic() + PATIENCE_MS;
      while (signal(pid, 0) && clock.monotonic() < deadline) await clock.sleep(20);
      if (signal(pid, 0)) signal(pid, 'SIGKILL');
      rmSync(noteFile(folder), { force: true });
    },
  };
}

/** Whether the process took the signal: it is gone where not. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // No such process: it has ended already, which is what was wanted.
    return false;
  }
}
