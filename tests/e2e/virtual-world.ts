import type { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { Fetch } from '@lcm/core/api/client.ts';
import { buildCloud, type SimulatedCloud } from '@lcm/simulator/cloud.ts';
import { openLedger } from '@lcm/simulator/ledger.ts';
import { type CloudOptions, defaultCloudOptions } from '@lcm/simulator/options.ts';
import { openSimulatorState } from '@lcm/simulator/state.ts';
import type { Delays, World } from '@lcm/simulator/world.ts';
import { OUTSIDE_URL, PLANE_URL } from './virtual-life.ts';

const MINUTE = 60_000;

/** How long things take where machines and networks are real: a metal host 20 minutes. */
const REAL_DELAYS: Delays = {
  instanceBootMs: 3 * MINUTE,
  cmlBootMs: 15 * MINUTE,
  instanceStopMs: 5 * MINUTE,
  licenceMs: 20_000,
  nodeBootMs: 2 * MINUTE,
  labStopMs: 15_000,
  gradingMs: 30_000,
};

/** What a simulated world is made from. */
export interface VirtualWorldOptions {
  seed: number;
  delays?: Partial<Delays> | undefined;
  cloud?: Partial<CloudOptions> | undefined;
  clock: VirtualClock;
  /** `fetch` to the control plane, which gets the world's events. */
  planeFetch: Fetch;
  onProblem: (problem: string) => void;
}

/** A cloud that listens nowhere, and sends its events to the control plane. */
export async function buildVirtualWorld(
  options: VirtualWorldOptions,
): Promise<{ cloud: SimulatedCloud; world: World }> {
  const { seed, clock, planeFetch, onProblem } = options;
  const state = openSimulatorState(':memory:');
  const world: World = {
    clock,
    random: seededRandom(seed ^ 0x0c10d),
    state,
    ledger: openLedger(state, clock),
    delays: { ...REAL_DELAYS, ...options.delays },
  };
  const cloudOptions = {
    ...defaultCloudOptions,
    ...options.cloud,
    eventSinks: [`${PLANE_URL}/api/events`],
  };
  const cloud = await buildCloud(world, cloudOptions, {
    publicUrl: OUTSIDE_URL,
    block: 77,
    network: false,
    onProblem,
    fetch: (url, init) => planeFetch(String(url), init ?? {}),
  });
  return { cloud, world };
}
