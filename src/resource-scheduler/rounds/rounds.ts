import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import {
  allPages,
  type FenceHeaders,
  isAbsent,
  type SchedulerClient,
  type StoredSession,
} from '../client.ts';
import type { Definitions } from '../fleet/definitions.ts';
import type { FleetPicture } from '../fleet/picture.ts';
import { planRound } from '../planning/plan-round.ts';
import type { Waiting } from '../planning/waiting.ts';
import { carryOut, type RoundOutcome } from './carry-out.ts';
import { Gathering } from './gathering.ts';

export interface RoundsOptions {
  client: SchedulerClient;
  picture: FleetPicture;
  definitions: Definitions;
  clock: Clock;
  random: Random;
  log: Log;
}

/** What a round tells of a session. */
export interface RoundAnswer {
  outcome: RoundOutcome | 'left';
  /** As it was read; absent where there is no such session. */
  stored?: StoredSession;
}

export interface RoundStats {
  rounds: number;
  decided: number;
  placed: number;
  scaleUps: number;
  /** Of the last round, milliseconds. */
  lastMs: number;
}

/** What was committed together is told within moments; what comes later gathers while the round is under way. */
const IDLE_MS = 2;
const LONGEST_MS = 20;
/** More sessions than this are read as a list instead of one by one. */
const ONE_BY_ONE = 20;

/**
 * Scheduling rounds: sessions that come within moments are decided together, against one picture of the
 * fleet, and placed in batches.
 */
export class Rounds {
  readonly stats: RoundStats = { rounds: 0, decided: 0, placed: 0, scaleUps: 0, lastMs: 0 };
  readonly #options: RoundsOptions;
  readonly #gathering: Gathering<FenceHeaders, RoundAnswer>;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#gathering = new Gathering({
      clock: options.clock,
      idleMs: IDLE_MS,
      longestMs: LONGEST_MS,
      run: (due) => this.#tried(due),
    });
  }

  /** Has the session decided on in the next round, if it waits and is free for it. */
  async decide(id: string, headers: FenceHeaders): Promise<RoundAnswer> {
    return (await this.#gathering.add(id, headers)) ?? { outcome: 'left' };
  }

  /** A round that cannot be held, e.g. because the control plane is away, is told once, not per session. */
  async #tried(due: ReadonlyMap<string, FenceHeaders>): Promise<ReadonlyMap<string, RoundAnswer>> {
    try {
      return await this.#run(due);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#options.log.warn({ err: error, sessions: due.size }, 'a round could not be held; it comes again');
      return new Map();
    }
  }

  async #run(due: ReadonlyMap<string, FenceHeaders>): Promise<ReadonlyMap<string, RoundAnswer>> {
    const { picture, clock, random } = this.#options;
    const began = clock.monotonic();
    const answers = new Map<string, RoundAnswer>();
    const [sessions] = await Promise.all([this.#read(due), picture.refresh()]);
    for (const stored of sessions) answers.set(stored.id, { outcome: 'left', stored });
    const waiting = await this.#waiting(sessions);
    if (waiting.length === 0) return answers;
    const [growth, settings] = await Promise.all([picture.growth(), picture.settings()]);
    const plan = planRound(waiting, {
      fleet: picture.fleet,
      growth,
      settings,
      lastScaleUp: picture.lastScaleUp(),
      now: clock.now(),
      newId: () => random.uuid(),
    });
    const headersOf = (id: string): FenceHeaders => due.get(id) ?? unheld(id);
    const outcomes = await carryOut(plan, { ...this.#options, headersOf });
    for (const { id } of waiting) {
      answers.set(id, { ...answers.get(id), outcome: outcomes.get(id) ?? 'again' });
    }
    this.stats.rounds += 1;
    this.stats.decided += waiting.length;
    this.stats.placed += [...outcomes.values()].filter((outcome) => outcome === 'placed').length;
    this.stats.scaleUps += plan.scaleUps.length;
    this.stats.lastMs = clock.monotonic() - began;
    return answers;
  }

  async #read(due: ReadonlyMap<string, unknown>): Promise<StoredSession[]> {
    const { internal } = this.#options.client;
    if (due.size <= ONE_BY_ONE) {
      const found = await Promise.all([...due.keys()].map((id) => this.#readOne(id)));
      return found.filter((one) => one !== undefined);
    }
    const where = JSON.stringify({ status: 'PENDING' });
    const all = await allPages((cursor) =>
      internal.sessions.list({ query: { where, limit: 1_000, cursor } }),
    );
    return all.filter(({ id }) => due.has(id));
  }

  /** One that cannot be read now must not keep the others from being placed; it comes again soon. */
  async #readOne(id: string): Promise<StoredSession | undefined> {
    try {
      return await this.#options.client.internal.sessions.get({ params: { id } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!isAbsent(error)) this.#options.log.warn({ err: error, id }, 'a session could not be read');
      return undefined;
    }
  }

  /** Those that are free to be placed; what an earlier attempt has left must be tidied up first. */
  async #waiting(sessions: readonly StoredSession[]): Promise<Waiting[]> {
    const free = sessions.filter(
      ({ state }) => state.status === 'PENDING' && !state.proposal && !state.ending,
    );
    const definitions = await this.#options.definitions.get(
      free.map(({ state }) => state.definition.definitionId),
    );
    return free.map(({ id, version, state }) => ({
      id,
      version,
      session: state,
      definition: definitions.get(state.definition.definitionId),
    }));
  }
}

function unheld(id: string): FenceHeaders {
  return () => {
    throw new Refusal('staleFence', `session ${id} is not of this round`);
  };
}
