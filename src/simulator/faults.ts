import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { EventFate } from './events.ts';
import type { SimulatorState } from './state.ts';

/** The simulated services that can be made to fail. */
export const faultyServices = ['ec2', 'cloudwatch', 'cml', 'lds', 'grading'] as const;
export type FaultyService = (typeof faultyServices)[number];

/** How often what goes wrong with one service: probabilities from 0 to 1 per request or per event. */
interface FaultRates {
  /** A request waits up to `latencyMs` before anything is done with it. */
  latency: number;
  latencyMs: number;
  /** A request is answered with a 5xx and has no effect. */
  error: number;
  /** The connection is reset before the request has an effect. */
  resetBefore: number;
  /** The request has its effect, but the connection is reset in place of an answer. */
  resetAfter: number;
  eventLost: number;
  eventDoubled: number;
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
  outcome: 'answer' | 'error' | 'resetBefore' | 'resetAfter';
  /** A number in [0, 1) to choose the kind of error by. */
  choice: number;
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
      const [slow, delay, kind, choice] = [next(), next(), next(), next()];
      return {
        delayMs: slow < rates.latency ? Math.ceil(delay * rates.latencyMs) : 0,
        outcome: outcomeOf(kind, rates),
        choice,
      };
    },
    nextEvent: (service) => {
      const rates = { ...noRates, ...plan.services[service] };
      const kind = chances(`${service}/events`).next();
      if (kind < rates.eventLost) return 'lose';
      return kind < rates.eventLost + rates.eventDoubled ? 'double' : 'deliver';
    },
  };
}

const noRates: FaultRates = {
  latency: 0,
  latencyMs: 0,
  error: 0,
  resetBefore: 0,
  resetAfter: 0,
  eventLost: 0,
  eventDoubled: 0,
};

function outcomeOf(kind: number, rates: FaultRates): RequestFate['outcome'] {
  if (kind < rates.error) return 'error';
  if (kind < rates.error + rates.resetBefore) return 'resetBefore';
  return kind < rates.error + rates.resetBefore + rates.resetAfter ? 'resetAfter' : 'answer';
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
