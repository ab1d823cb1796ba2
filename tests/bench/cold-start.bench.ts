import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BenchOptions, Measured } from './measured.ts';
import { median, nowMs } from './statistics.ts';
import { startSystem } from './system-process.ts';

export const names = ['cold-start', 'cold-start-until-all-runs'];

/** Milliseconds between two attempts to be answered. */
const KNOCK_MS = 5;
const PATIENCE_MS = 60_000;

/**
 * From `lcm up` on an empty data folder to the first answered request, and until controllers, simulator and seeds are
 * there. The limit is a process that does nothing but load Fastify and listen.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const turns = short ? 1 : 5;
  const [answered, complete, bare]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < turns; turn++) {
    bare.push(await bareStart());
    await using system = await startSystem();
    const firstAnswer = await untilAnswered(`${system.url}/ready`);
    answered.push(firstAnswer - system.spawnedAt);
    complete.push((await system.runsAt) - system.spawnedAt);
  }
  const note = `median of ${turns}`;
  return [
    { name: 'cold-start', value: median(answered), unit: 'ms', limit: median(bare), note },
    { name: 'cold-start-until-all-runs', value: median(complete), unit: 'ms', note },
  ];
}

async function untilAnswered(url: string): Promise<number> {
  const deadline = nowMs() + PATIENCE_MS;
  while (nowMs() < deadline) {
    const response = await fetch(url).catch(() => undefined); // not listening yet
    await response?.arrayBuffer();
    if (response?.ok) return nowMs();
    await new Promise((resolve) => setTimeout(resolve, KNOCK_MS));
  }
  throw new Error(`${url} was not answered within ${PATIENCE_MS} ms`);
}

async function bareStart(): Promise<number> {
  const script = `import Fastify from 'fastify'; await Fastify().listen({ port: 0 }); process.send('listens')`;
  const before = nowMs();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const elapsed = nowMs() - before;
  child.kill();
  await once(child, 'exit');
  return elapsed;
}
