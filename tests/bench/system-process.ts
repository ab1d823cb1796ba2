import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Api, apiAs } from '@lcm/cli/api.ts';
import { DEMO_ADMIN } from '@lcm/cli/credentials/log-in.ts';
import { z } from 'zod';
import { dataFolder } from './data-folder.ts';
import { nowMs } from './statistics.ts';

/** `lcm up` in a process of its own, its simulator in another, on data of its own. */
export interface SystemProcess extends AsyncDisposable {
  url: string;
  api: Api;
  /** When the process was asked for, and when it said that it runs; in `nowMs`. */
  spawnedAt: number;
  runsAt: Promise<number>;
  /** Makes everything in the simulated world happen at once. Once it runs. */
  withoutDelays(): Promise<void>;
  /** MB of its memory that are resident: the system's, without the simulator's. */
  residentMb(): number;
}

const LCM = fileURLToPath(new URL('../../src/cli/lcm.ts', import.meta.url));
/** Leads are as short as boots without delay; nothing is taken away for being idle. */
const SETTINGS = {
  LCM_WORKER_LEAD_SECONDS: '5',
  LCM_LAB_LEAD_SECONDS: '5',
  LCM_IDLE_TIMEOUT_SECONDS: '3600',
};

/** Starts one; it has perhaps not begun to listen yet. */
export async function startSystem(): Promise<SystemProcess> {
  const folder = await dataFolder();
  const port = await freePort();
  const spawnedAt = nowMs();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', LCM, 'up'], {
    env: {
      ...withoutOurs(process.env),
      ...SETTINGS,
      LCM_DATA_DIR: folder.path,
      LCM_PORT: String(port),
      LCM_CML_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let wanted = true;
  child.once('exit', (code, signal) => {
    if (wanted)
      console.error(`lcm up has ended by itself (${signal ?? code}); its log:\n${lastLines(folder.path)}`);
  });
  const url = `http://localhost:${port}`;
  const runsAt = whenItRuns(child);
  runsAt.catch(() => undefined); // told by whoever waits for it
  return {
    url,
    api: apiAs(url, DEMO_ADMIN),
    spawnedAt,
    runsAt,
    withoutDelays: () => dropDelays(folder.path),
    residentMb: () => residentMb(child.pid),
    [Symbol.asyncDispose]: async () => {
      wanted = false;
      await stop(child, folder.path);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Settings of whoever runs the benchmark are not to change what is measured. */
const withoutOurs = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('LCM_')));

function whenItRuns(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('runs.')) resolve(nowMs());
    });
    child.once('exit', () => reject(new Error('lcm up ended before it ran')));
  });
}

function lastLines(folder: string): string {
  const file = join(folder, 'lcm.log');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-6).join('\n') : 'none';
}

const note = z.object({ url: z.string(), pid: z.number() });

/** What stands about the simulator in the data folder; gone with it when the system has stopped in order. */
function simulatorOf(folder: string): z.infer<typeof note> | undefined {
  const file = join(folder, 'simulator', 'process.json');
  return existsSync(file) ? note.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  // It survives the system's sudden death.
  const left = simulatorOf(folder);
  if (left) process.kill(left.pid);
}

async function dropDelays(folder: string): Promise<void> {
  const url = simulatorOf(folder)?.url;
  const known = z.record(z.string(), z.number()).parse(await (await fetch(`${url}/admin/delays`)).json());
  const none = Object.fromEntries(Object.keys(known).map((name) => [name, 0]));
  const response = await fetch(`${url}/admin/delays`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(none),
  });
  if (!response.ok) throw new Error(`the simulator keeps its delays: ${await response.text()}`);
}

/** `ps` tells it in kilobytes, on Linux and macOS alike. */
function residentMb(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
