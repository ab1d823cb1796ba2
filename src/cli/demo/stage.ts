import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Api } from '../api.ts';
import type { SimulatorLedger } from './simulator-levers.ts';

/** Where the demo is played: a system and its simulated world, on real or on virtual time. */
export interface Stage {
  api: Api;
  clock: Clock;
  /** A request to the simulated world, e.g. as a candidate: `POST`, `/lds/sim/sessions/<id>/login`. */
  outside(method: string, path: string, body: unknown): Promise<unknown>;
  /** What the simulated world says is there: the judge of whether everything was given back. */
  ledger(): Promise<SimulatorLedger>;
  /** Milliseconds between two looks at a session. */
  lookMs: number;
}

/** Waits until it is done. @throws when `patienceMs` have passed */
export async function patiently(
  { clock, lookMs }: Pick<Stage, 'clock' | 'lookMs'>,
  what: string,
  patienceMs: number,
  done: () => Promise<boolean>,
): Promise<void> {
  const deadline = clock.monotonic() + patienceMs;
  while (!(await done())) {
    if (clock.monotonic() > deadline) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await clock.sleep(lookMs);
  }
}
