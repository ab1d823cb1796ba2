import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { type Api, apiAs } from '@lcm/cli/api.ts';
import { DEMO_ADMIN } from '@lcm/cli/credentials/log-in.ts';
import { HASTE } from '../e2e/embedded.fixture.ts';
import {
  freePort,
  hasEnded,
  killLcm,
  type LcmProcess,
  startLcm,
  untilItRuns,
} from '../e2e/process.fixture.ts';

/** One start of the system that came to its end. */
export interface Start {
  /** Wall-clock time in milliseconds since the epoch. */
  at: number;
  /** Milliseconds until the first request was answered, and until it said that it runs. */
  answeredMs: number;
  runsMs: number;
}

/** The embedded system as a process that is killed and started again, always on the same port and data. */
export interface Victim {
  api: Api;
  starts: readonly Start[];
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it and kills it so many milliseconds later; whether it said before that it runs. */
  killStarting(afterMs: number): Promise<boolean>;
  /** Ends it in order; its exit status. */
  stop(): Promise<number | NodeJS.Signals>;
  /** What it has said on stderr, of all its lives. */
  complaints(): string;
}

const KNOCK_MS = 20;

export async function openVictim(dataDir: string): Promise<Victim> {
  const port = String(await freePort());
  const environment = { ...HASTE, LCM_PORT: port, LCM_DATA_DIR: dataDir };
  const url = `http://127.0.0.1:${port}`;
  const lives: LcmProcess[] = [];
  const starts: Start[] = [];
  const current = () => {
    const lcm = lives.at(-1);
    if (!lcm) throw new Error('it was never started');
    return lcm;
  };

  return {
    api: apiAs(url, DEMO_ADMIN),
    starts,
    start: async () => {
      const [at, began] = [systemClock.now(), systemClock.monotonic()];
      const over = new AbortController();
      const answered = firstAnswer(`${url}/ready`, over.signal);
      try {
        const lcm = startLcm(['up'], environment);
        lives.push(lcm);
        await untilItRuns(lcm);
        const runsMs = systemClock.monotonic() - began;
        starts.push({ at, answeredMs: (await answered) - began, runsMs });
      } finally {
        over.abort();
      }
    },
    kill: async () => {
      const lcm = current();
      if (hasEnded(lcm)) throw new Error(`the system ended by itself: ${lcm.errors()}`);
      await killLcm(lcm);
    },
    killStarting: async (afterMs) => {
      const lcm = startLcm(['up'], environment);
      lives.push(lcm);
      await systemClock.sleep(afterMs);
      if (hasEnded(lcm)) throw new Error(`the system did not start: ${lcm.errors()}`);
      await killLcm(lcm);
      return lcm.output().includes('runs.');
    },
    stop: async () => {
      const lcm = current();
      lcm.child.kill('SIGTERM');
      return lcm.ended;
    },
    complaints: () => lives.map((lcm) => lcm.errors()).join(''),
  };
}

/** The moment, on the monotonic clock, at which a request is answered well for the first time. */
async function firstAnswer(url: string, over: AbortSignal): Promise<number> {
  while (!over.aborted) {
    const answer = await fetch(url).catch(() => undefined); // not listening yet
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.ok) break;
    await systemClock.sleep(KNOCK_MS);
  }
  return systemClock.monotonic();
}
