import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryContentStore } from '@lcm/adapters/memory/memory-content-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { Api } from '@lcm/cli/api.ts';
import { seed as publishSeeds } from '@lcm/cli/seeds/seed.ts';
import { createClient, type Fetch } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import type { SimulatedCloud } from '@lcm/simulator/cloud.ts';
import type { FaultPlan } from '@lcm/simulator/faults.ts';
import { inProcessFetch } from '@lcm/simulator/in-process.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import type { Delays } from '@lcm/simulator/world.ts';
import { Mortality } from './mortality.ts';
import {
  type Lasting,
  OUTSIDE_URL,
  PLANE_URL,
  startLife,
  type Tap,
  type VirtualLife,
} from './virtual-life.ts';
import { addressesOf, consolesOf } from './virtual-stand-ins.ts';
import { Traffic } from './virtual-traffic.ts';
import { buildVirtualWorld } from './virtual-world.ts';

const MINUTE = 60_000;

/** What a simulation is made from. */
export interface VirtualSystemOptions {
  /** Everything that happens follows from it. */
  seed: number;
  delays?: Partial<Delays>;
  settings?: Partial<SystemSettingsValues>;
  faults?: FaultPlan;
  /** What the services see of the bus, e.g. one that loses events. */
  bus?: (inner: StateBus, clock: Clock) => StateBus;
  /** What the control plane sees of the store, e.g. one that fails now and then. */
  store?: (inner: StateStore, clock: Clock) => StateStore;
  /** Between two listings that repair what a watch has missed, 10 minutes by default. */
  resyncMs?: number;
  tap?: Tap;
}

/** The whole system and its world in this process, on virtual time, without a socket. */
export interface VirtualSystem {
  clock: VirtualClock;
  /** For the people in the simulation; the system has a sequence of its own. */
  random: Random;
  api: Api;
  /** The simulated world, for what its own interfaces do not offer. */
  cloud: SimulatedCloud;
  /** A request to the simulated world, e.g. as a candidate: `POST`, `/lds/sim/sessions/<id>/login`. */
  outside(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Lets time pass until the work is done, timer by timer, whenever no call is under way. */
  complete<T>(what: string, work: Promise<T>, limitMs?: number): Promise<T>;
  /** kill -9, and a start after so many milliseconds, if any, on what is left: the store, the content and the world. */
  crash(downMs?: number): void;
  /** What the system keeps, to be read behind its back. */
  store: StateStore;
  /** Everything that has happened, oldest first. */
  events(): Promise<LoggedEvent[]>;
  /** The simulated world's own books. */
  ledger(): LedgerEntry[];
  /** Warnings and errors of all services, and what went wrong behind the scenes of the world. */
  problems: readonly string[];
  stop(): Promise<void>;
}

/** Builds the system and publishes the definitions and templates that come with LCM. Time begins on 1 January 2026. */
export async function startVirtualSystem(options: VirtualSystemOptions): Promise<VirtualSystem> {
  const { seed, delays, faults } = options;
  const clock = new VirtualClock();
  const traffic = new Traffic();
  const problems: string[] = [];
  let mortality = new Mortality();
  let life: VirtualLife | undefined;
  const planeFetch: Fetch = async (url, init) => {
    if (!life) throw new TypeError('fetch failed', { cause: new Error(`nothing listens at ${url}`) });
    return life.fetch(url, init);
  };
  const { cloud, world } = await buildVirtualWorld({
    seed,
    delays,
    cloud: faults ? { faults } : {},
    clock,
    planeFetch,
    onProblem: (problem) => problems.push(problem),
  });
  const worldFetch = inProcessFetch(cloud, OUTSIDE_URL);
  const web = traffic.counted((url, init) => worldFetch(url, init));
  const store = new MemoryStore();
  const lasting: Lasting = {
    clock,
    random: seededRandom(seed),
    store: options.store?.(store, clock) ?? store,
    content: new MemoryContentStore(),
    log: logInto(problems, clock),
    traffic,
    settings: options.settings ?? {},
    web,
    addresses: addressesOf(cloud),
    consoles: consolesOf(world),
    tap: options.tap,
    busView: options.bus,
    resyncMs: options.resyncMs ?? 10 * MINUTE,
  };
  life = await startLife(lasting, mortality);
  const api = createClient(publicContract, { baseUrl: PLANE_URL, fetch: planeFetch });
  await publishSeeds(api);

  const complete = async <T>(what: string, work: Promise<T>, limitMs = 7 * 24 * 60 * MINUTE): Promise<T> => {
    let over = false;
    const settled = work.finally(() => {
      over = true;
    });
    settled.catch(() => {}); // it is awaited below
    try {
      await clock.until(async () => {
        await traffic.calm();
        return over;
      }, limitMs);
    } catch (cause) {
      throw new Error(`${what} did not come to its end; ${problems.slice(-5).join(' | ')}`, { cause });
    }
    return settled;
  };

  return {
    clock,
    random: seededRandom(seed ^ 0x5eed),
    api,
    cloud,
    outside: async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      const answer = await web(OUTSIDE_URL + path, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    complete,
    crash: (downMs) => {
      mortality.end();
      traffic.forget();
      life = undefined;
      const next = new Mortality();
      mortality = next;
      if (downMs === undefined) return;
      clock.after(downMs, () => {
        void traffic.during(async () => {
          const started = await startLife(lasting, next);
          // It may have died while it was starting.
          if (!next.isOver) life = started;
        });
      });
    },
    store,
    events: () => readAll(store),
    ledger: () => world.ledger.all(),
    problems,
    stop: async () => {
      if (life) await complete('the stop', life.stop());
      await cloud.close();
      world.state.close();
    },
  };
}

async function readAll(store: StateStore): Promise<LoggedEvent[]> {
  const all: LoggedEvent[] = [];
  for (let page = await store.readLog(0, 1_000); page.length > 0; ) {
    all.push(...page);
    page = await store.readLog(all.at(-1)?.cursor ?? 0, 1_000);
  }
  return all;
}

function logInto(problems: string[], clock: VirtualClock): Log {
  const note = (facts: Record<string, unknown>, message: string) => {
    problems.push(
      `${new Date(clock.now()).toISOString()} ${message} ${String(facts['err'] ?? '')} ${JSON.stringify(facts)}`,
    );
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note, child: () => log };
  return log;
}
