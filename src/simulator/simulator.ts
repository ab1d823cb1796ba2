import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { makeFolder } from '@lcm/adapters/files/make-folder.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { buildAdmin } from './admin.ts';
import { buildCloud } from './cloud.ts';
import { listenHttp } from './http-listener.ts';
import { openLedger } from './ledger.ts';
import { claimLoopbackBlock } from './loopback-block.ts';
import { type CloudOptions, defaultCloudOptions, type SimulatorOptions } from './options.ts';
import { removeProcessNote, writeProcessNote } from './process-note.ts';
import type { SinkTokens } from './sink-tokens.ts';
import { openSimulatorState, type SimulatorState } from './state.ts';
import type { Delays, World } from './world.ts';

/** The simulator's process, at work. */
export interface RunningSimulator {
  /** The main address: scheme, host and port. */
  url: string;
  /** Ends everything and leaves nothing listening or waiting; the state stays on disk. */
  close(): Promise<void>;
}

/**
 * Starts EC2, CloudWatch, CML servers, LDS and grading engine in this process, on real time and real sockets,
 * and goes on where the state in `dataDir` says that an earlier simulator was, however that one ended.
 * @throws EADDRINUSE when the main port is taken
 * @throws StateInUse when another simulator works on the same `dataDir`
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  makeFolder(options.dataDir);
  const state = openSimulatorState(join(options.dataDir, 'simulator.sqlite'));
  // What has been opened so far, to be closed in the reverse order whether the start succeeds or not.
  const opened: (() => unknown)[] = [() => state.close()];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    return { url: await open(options, state, opened), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: SimulatorOptions,
  state: SimulatorState,
  opened: (() => unknown)[],
): Promise<string> {
  const block = await claimLoopbackBlock(options.dataDir, state, systemClock);
  opened.push(() => block?.release());
  const delays = { ...defaultCloudOptions.delays, ...options.delays };
  const eventSinks = [...(options.eventSinks ?? [])];
  const { eventToken } = options;
  const sinkTokens: SinkTokens = new Map(eventToken ? eventSinks.map((url) => [url, eventToken]) : []);
  const cloudOptions: CloudOptions = { ...defaultCloudOptions, ...options, delays, eventSinks, sinkTokens };
  const problems: string[] = [];
  const onProblem = (problem: string) => {
    problems.push(problem);
    options.onProblem?.(problem);
  };

  let answer = (_request: IncomingMessage, reply: ServerResponse): void => {
    reply.writeHead(503).end();
  };
  const host = options.host ?? '127.0.0.1';
  const main = await listenHttp((request, reply) => answer(request, reply), host, options.port ?? 8090);
  opened.push(() => main.close());
  const url = `http://${host}:${main.port}`;

  const build = () => {
    const world = openWorld(state, systemClock, delays, options.seed ?? 1);
    const place = { publicUrl: options.publicUrl ?? url, block: block?.block, network: true, onProblem };
    return buildCloud(world, cloudOptions, place);
  };
  let cloud = await build();
  opened.push(() => cloud.close());
  let resetting = Promise.resolve();
  const admin = buildAdmin({
    cloud: () => cloud,
    reset: () => {
      resetting = resetting.then(async () => {
        await cloud.close();
        state.clear(['loopback-block', 'starts']);
        problems.length = 0;
        cloud = await build();
      });
      return resetting;
    },
    eventSinks,
    sinkTokens,
    problems: () => problems,
  });
  await admin.ready();
  opened.push(
    () => admin.close(),
    () => resetting,
  );
  answer = (request, reply) => {
    const app = request.url?.startsWith('/admin/') ? admin : cloud.app;
    app.routing(request, reply);
  };
  opened.push(() => removeProcessNote(options.dataDir));
  writeProcessNote(options.dataDir, url);
  return url;
}

function openWorld(state: SimulatorState, clock: Clock, initial: Delays, seed: number): World {
  const starts = state.collection<number>('starts');
  const start = (starts.get('count') ?? 0) + 1;
  starts.put('count', start);
  // Each start has a sequence of its own: with the same one, old ids would be given anew.
  const random = seededRandom(seed ^ Math.imul(start, 0x9e3779b1));
  const known = state.collection<Delays>('delays').get('now');
  return { clock, random, state, ledger: openLedger(state, clock), delays: { ...initial, ...known } };
}
