import { PATIENT_CAST } from '@lcm/cli/demo/cast.ts';
import { gradeOutside } from '@lcm/cli/demo/graded-outside.ts';
import { faultsFound } from '@lcm/cli/demo/judge.ts';
import { perform } from '@lcm/cli/demo/perform.ts';
import { solutionsFor } from '@lcm/cli/demo/solutions.ts';
import { faultsEverywhere } from '@lcm/simulator/faults.ts';
import { quickDelays } from '@lcm/simulator/world.ts';
import { startVirtualSystem } from '../e2e/virtual-system.ts';

const MINUTE = 60_000;

/** The demo as it went among faults. */
export interface FaultRun {
  /** What went wrong in the end, a line each; none is a success. */
  found: string[];
  /** Time, aggregate and type of every event, in order. */
  events: string[];
  problems: readonly string[];
  /** Of virtual time. */
  minutes: number;
}

/**
 * Plays the demo on virtual time, with that share of everything in the simulated world going wrong.
 * @param share from 0 to 1
 */
export async function runAmongFaults(seed: number, share: number): Promise<FaultRun> {
  const settings = {
    workerLeadSeconds: 10,
    labLeadSeconds: 8,
    teardownSeconds: 20,
    idleDetection: { enabled: true, timeoutSeconds: 3 },
    stoppedRetentionSeconds: 1,
  };
  const system = await startVirtualSystem({ seed, settings, delays: quickDelays });
  const { clock, api, outside, cloud } = system;
  try {
    await gradeOutside('vlan-trunk-troubleshooting', api);
    cloud.faults.setPlan(faultsEverywhere(seed, share));
    const ledger = async () => {
      const { ledger: books } = cloud.world;
      return { open: books.openEntries().map((entry) => ({ ...entry })), costUsd: books.costUsd() };
    };
    const solutions = await solutionsFor(PATIENT_CAST);
    const began = clock.now();
    const outcome = await system.complete(
      'the demo',
      perform(
        { cast: PATIENT_CAST, solutions, patienceMs: 60 * MINUTE },
        { api, clock, outside, ledger, lookMs: 2_000 },
      ),
    );
    return {
      found: faultsFound(outcome),
      events: (await system.events()).map(({ at, kind, id, type }) => `${at} ${kind} ${id} ${type}`),
      problems: system.problems,
      minutes: (clock.now() - began) / MINUTE,
    };
  } finally {
    await system.stop();
  }
}
