import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { EventFate } from './events.ts';
import type { SimulatorState } from './state.ts';

/** The simulated services that can be made to fail; `licensing` is what CML servers register with. */
export const faultyServices = ['ec2', 'cloudwatch', 'cml', 'licensing', 'lds', 'grading'] as const;
export type FaultyService = (typeof faultyServices)[number];

/** How often what goes wrong with one service: probabilities from 0 to 1 per request or per event. */
interface FaultRates {
  /** A request waits up to `latencyMs` before anything is done with it. */
  latency: number;
  latencyMs: number;
  /** A request is refused and has no effect: a 5xx, or what else the service refuses for no fault of the client's. */
  error: number;
  /** The connection is reset before the request has an effect. */
  resetBefore: number;
  /** The request has its effect, but the connection is reset in place of an answer. */
  resetAfter: number;
  /** The request has its effect and is never answered: the client waits as long as it likes. */
  noAnswer: number;
  /** An answer tells of states that are out of date. CML only. */
  staleState: number;
  eventLost: number;
  eventDoubled: number;
  /** An event waits up to `eventLateMs` and may be overtaken by later ones. */
  eventLate: number;
  eventLateMs: number;
}

/** What goes wrong, service by service; what is not named does not. */
export interface FaultPlan {
  /** The same seed and the same order of requests give the same faults. */
  seed: number;
  services: Partial<Record<FaultyService, Partial<FaultRates>>>;
}

/** What shall become of one request. */
export interface RequestFate {
  delayMs: number;
  outcome: 'answer' | 'error' | 'resetBefore' | 'resetAfter' | 'noAnswer';
  /** A number in [0, 1) to choose the kind of error by. */
  choice: number;
  /** Whether the states in the answer are out of date. */
  stale: boolean;
}

/** The faults of the simulated world, which may be changed while it runs. */
export interface Faults {
  plan(): FaultPlan;
  /** Takes effect with the next request; every service's sequence starts anew from the seed. */
  setPlan(plan: FaultPlan): void;
  nextRequest(service: FaultyService): RequestFate;
  nextEvent(service: FaultyService): EventFate;
}

export const noFaults: FaultPlan = { seed: 1, services: {} };

/**
 * A plan by which everything that can go wrong does: that share of the requests to each service fails, one way
 * or another, that share is slow, that share of what is read is out of date, and that share of the events is
 * lost, doubled or late.
 * @param share from 0 to 1
 */
export function faultsEverywhere(seed: number, share: number): FaultPlan {
  const requests = {
    latency: share,
    latencyMs: 2_000,
    error: share / 4,
    resetBefore: share / 4,
    resetAfter: share / 4,
    noAnswer: share / 4,
  };
  const events = {
    eventLost: share / 3,
    eventDoubled: share / 3,
    eventLate: share / 3,
    eventLateMs: 20_000,
  };
  return {
    seed,
    services: {
      ec2: requests,
      cloudwatch: requests,
      cml: { ...requests, staleState: share },
      licensing: { latency: share, latencyMs: 5_000, error: share },
      lds: { ...requests, ...events },
      grading: { ...requests, ...events },
    },
  };
}

/** Opens the fault plan kept in the state. @param initial what holds until somebody sets another */
export function openFaults(state: SimulatorState, initial: FaultPlan): Faults {
  const stored = state.collection<FaultPlan>('fault-plan');
  let plan = stored.get('now') ?? initial;
  let chances = chancesFor(plan.seed);
  return {
    plan: () => plan,
    setPlan: (next) => {
      stored.put('now', next);
      plan = next;
      chances = chancesFor(next.seed);
    },
    nextRequest: (service) => {
      const rates = { ...noRates, ...plan.services[service] };
      const { next } = chances(`${service}/requests`);
      // Always the same number of draws, so that changing one rate does not shift all that follows.
      const [slow, delay, kind, choice, stale] = [next(), next(), next(), next(), next()];
      return {
        delayMs: slow < rates.latency ? Math.ceil(delay * rates.latencyMs) : 0,
        outcome: oneOf(['error', 'resetBefore', 'resetAfter', 'noAnswer'], rates, kind) ?? 'answer',
        choice,
        stale: stale < rates.staleState,
      };
    },
    nextEvent: (service) => {
      const rates = { ...noRates, ...plan.services[service] };
      const { next } = chances(`${service}/events`);
      const [kind, delay] = [next(), next()];
      const what = oneOf(['eventLost', 'eventDoubled', 'eventLate'], rates, kind);
      return {
        copies: what === 'eventLost' ? 0 : what === 'eventDoubled' ? 2 : 1,
        delayMs: what === 'eventLate' ? Math.ceil(delay * rates.eventLateMs) : 0,
      };
    },
  };
}

const noRates: FaultRates = {
  latency: 0,
  latencyMs: 0,
  error: 0,
  resetBefore: 0,
  resetAfter: 0,
  noAnswer: 0,
  staleState: 0,
  eventLost: 0,
  eventDoubled: 0,
  eventLate: 0,
  eventLateMs: 0,
};

/** Which of these faults it is, if any: they exclude each other, so that their rates add up. */
function oneOf<Kind extends keyof FaultRates>(
  kinds: readonly Kind[],
  rates: FaultRates,
  chance: number,
): Kind | undefined {
  let upTo = 0;
  return kinds.find((kind) => {
    upTo += rates[kind];
    return chance < upTo;
  });
}

/** One sequence of chance per purpose, so that traffic to one service does not change another's luck. */
function chancesFor(seed: number) {
  const sequences = new Map<string, ReturnType<typeof seededRandom>>();
  return (purpose: string) => {
    let sequence = sequences.get(purpose);
    if (!sequence) {
      sequence = seededRandom(seed ^ hashOf(purpose));
      sequences.set(purpose, sequence);
    }
    return sequence;
  };
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
