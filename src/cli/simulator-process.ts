import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { makeFolder } from '@lcm/adapters/files/make-folder.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import {
  IN_USE_STATUS,
  type ProcessNote,
  readProcessNote,
  removeProcessNote,
  stillRuns,
} from '@lcm/simulator/process-note.ts';

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
  /** With what the simulator's events prove who sends them. */
  eventToken: string;
  clock: Clock;
}

/** How long a simulator may take to start or to stop. */
const PATIENCE_MS = 15_000;
/** Milliseconds between two looks at whether it has. */
const LOOK_MS = 10;

/**
 * Finds the simulator of that folder, or starts it. It survives the system's death, so one may be running from
 * before, or may just be starting for a system that is dead by now: then that one is used, and told where its
 * events go from now on.
 */
export async function ensureSimulator(setup: SimulatorSetup): Promise<SimulatorProcess> {
  const { clock } = setup;
  const folder = join(setup.dataDir, 'simulator');
  makeFolder(folder);
  const deadline = clock.monotonic() + PATIENCE_MS;
  let started: ChildProcess | undefined;
  while (clock.monotonic() < deadline) {
    const note = readProcessNote(folder);
    if (note && (await stillRuns(note))) {
      if (note.pid !== started?.pid) await sendEventsTo(note, setup);
      return handle(note, folder, clock);
    }
    started ??= start(setup, folder);
    // Another has the folder, which either answers in a moment or is about to end.
    if (started.exitCode === IN_USE_STATUS) started = undefined;
    else if (started.exitCode !== null || started.signalCode !== null) break;
    await clock.sleep(LOOK_MS);
  }
  throw new Error(`the simulator did not start; see ${logOf(folder)}`);
}

const logOf = (folder: string) => join(folder, 'simulator.log');

async function sendEventsTo({ url }: ProcessNote, { eventSink, eventToken }: SimulatorSetup): Promise<void> {
  const answer = await fetch(`${url}/admin/event-sinks`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ url: eventSink, token: eventToken }]),
  });
  if (!answer.ok) throw new Error(`the simulator at ${url} takes no event sinks: ${await answer.text()}`);
}

function start({ port, cmlPort, eventSink, eventToken }: SimulatorSetup, folder: string): ChildProcess {
  const main = new URL('../simulator/main.ts', import.meta.url);
  const log = openSync(logOf(folder), 'a', 0o600);
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
    // No pipe to it: it would break with the system that holds the other end.
    {
      detached: true,
      stdio: ['ignore', log, log],
      // It keeps its compiled code where the system does.
      env: {
        ...withoutSecrets(process.env),
        NODE_COMPILE_CACHE: getCompileCacheDir(),
        // Not among its arguments, which everybody on the machine can read.
        SIMULATOR_EVENT_TOKEN: eventToken,
      },
    },
  );
  closeSync(log);
  child.unref();
  return child;
}

/** What a process needs to run here. Whatever else is set may be a secret of ours, and the simulator outlives us. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => HARMLESS.test(name)));
}

const HARMLESS = /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|SystemRoot|NODE_\w+)$/i;

function handle({ pid, url }: ProcessNote, folder: string, clock: Clock): SimulatorProcess {
  return {
    url,
    stop: async () => {
      signal(pid, 'SIGTERM');
      const deadline = clock.monotonic() + PATIENCE_MS;
      while (signal(pid, 0) && clock.monotonic() < deadline) await clock.sleep(LOOK_MS);
      if (signal(pid, 0)) signal(pid, 'SIGKILL');
      removeProcessNote(folder);
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
