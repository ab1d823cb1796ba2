import { startVirtualSystem, type VirtualSystem } from '../e2e/virtual-system.ts';
import { type Aftermath, aftermathOf, isOver } from './aftermath.ts';
import { type CrashPoint, effectsTap, type Fate } from './effects-tap.ts';
import { People } from './people.ts';
import type { Scenario } from './scenarios.ts';

const SECOND = 1_000;
/** The process is started again after so long. */
const DOWN_MS = 2 * SECOND;
/** A look at whether all is over, and how long that may take. */
const LOOK_MS = 30 * SECOND;
const LIMIT_MS = 24 * 3_600 * SECOND;

/** A world in which everything takes a few seconds. */
const DELAYS = {
  instanceBootMs: 10 * SECOND,
  cmlBootMs: 10 * SECOND,
  instanceStopMs: 10 * SECOND,
  licenceMs: 3 * SECOND,
  nodeBootMs: 10 * SECOND,
  labStopMs: 3 * SECOND,
  gradingMs: 7 * SECOND,
};
const SETTINGS = {
  workerLeadSeconds: 120,
  labLeadSeconds: 120,
  teardownSeconds: 300,
  idleDetection: { enabled: true, timeoutSeconds: 120 },
  stoppedRetentionSeconds: 120,
};

/** Whether to die at a point, asked at each effect. */
export type Plot = Omit<Fate, 'die'>;

/** Plays the scenario while the process dies as the plot has it, until nothing of it is left, or for a day. */
export async function play(scenario: Scenario, plot: Plot): Promise<Aftermath & { deaths: number }> {
  let deaths = 0;
  let system: VirtualSystem | undefined;
  const fate: Fate = {
    ...plot,
    at: (point: CrashPoint) => (system ? plot.at(point) : undefined),
    die: () => {
      deaths++;
      system?.crash(DOWN_MS);
    },
  };
  const started = await startVirtualSystem({
    seed: 1,
    delays: DELAYS,
    settings: SETTINGS,
    tap: effectsTap(fate),
  });
  system = started;
  try {
    const people = new People(started);
    const played = scenario.play(people).then(() => untilOver(started));
    await started.complete(scenario.name, played, 2 * LIMIT_MS);
    return { ...(await aftermathOf(started)), deaths };
  } finally {
    system = undefined;
    started.crash();
    await started.stop();
  }
}

async function untilOver(system: VirtualSystem): Promise<void> {
  const deadline = system.clock.now() + LIMIT_MS;
  while (!(await isOver(system)) && system.clock.now() < deadline) await system.clock.sleep(LOOK_MS);
}
