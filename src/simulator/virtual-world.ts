import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { openLedger } from './ledger.ts';
import { openSimulatorState } from './state.ts';
import { quickDelays, type World } from './world.ts';

/**
 * A world on virtual time that begins on 1 January 2026, kept in that file or, by default, nowhere.
 * The same calls in the same order give the same world.
 */
export function virtualWorld(file = ':memory:', clock = new VirtualClock()): World & { clock: VirtualClock } {
  const state = openSimulatorState(file);
  return {
    clock,
    random: seededRandom(1),
    state,
    ledger: openLedger(state, clock),
    delays: { ...quickDelays },
  };
}
