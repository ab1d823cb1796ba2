import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { faultsEverywhere } from '@lcm/simulator/faults.ts';
import { apiAs } from '../api.ts';
import { type EmbeddedSystem, startEmbedded } from '../compose/embedded.ts';
import { readConfig } from '../config.ts';
import { DEMO_ADMIN } from '../credentials/log-in.ts';
import { table } from '../output/table.ts';
import { untilAskedToStop } from '../signals.ts';
import { CAST, PATIENT_CAST } from './cast.ts';
import { gradeOutside } from './graded-outside.ts';
import { faultsFound, wentRight } from './judge.ts';
import { type Outcome, perform } from './perform.ts';
import { openProgress, type Progress } from './progress.ts';
import { simulatorLevers } from './simulator-levers.ts';
import { solutionsFor } from './solutions.ts';

/** How the demo is to be played. */
export interface DemoOptions {
  /** Keeps its data. */
  keep?: boolean;
  /** Percent of everything in the simulated world that goes wrong. */
  faults?: number;
  /** Which things go wrong follows from it. */
  seed?: number;
}

/** The sessions must be over by then, and so must the fleet's draining after them. */
const PATIENCE_MS = 180_000;
/** Where things go wrong, slots are longer and everything is tried more than once. */
const FAULTY_PATIENCE_MS = 30 * 60_000;

/** Runs the main job from booking to score in this terminal, and judges it by the simulator's own ledger. */
export async function demo(options: DemoOptions): Promise<void> {
  const given = process.env['LCM_DATA_DIR'];
  const dataDir = given ?? mkdtempSync(join(tmpdir(), 'lcm-demo-'));
  const quick = {
    LCM_PORT: '0',
    LCM_DEMO_ACCOUNTS: 'on',
    LCM_WORKER_LEAD_SECONDS: '10',
    LCM_LAB_LEAD_SECONDS: '8',
    LCM_TEARDOWN_SECONDS: '20',
    LCM_IDLE_TIMEOUT_SECONDS: '3',
    LCM_STOPPED_RETENTION_SECONDS: '1',
  };
  const config = readConfig({ ...quick, ...process.env, LCM_DATA_DIR: dataDir });
  console.log('Starting the system and its simulated world …');
  const system = await startEmbedded(config);
  const progress = openProgress(process.stdout);
  const cutShort = untilAskedToStop().then(() => {
    throw new Error('the demo was cut short');
  });
  try {
    const outcome = await Promise.race([play(system, options, progress), cutShort]);
    progress.stop();
    report(outcome, options);
  } finally {
    progress.stop();
    await system.stop();
    if (!options.keep && given === undefined) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`The data of the demo is in ${dataDir}.`);
  }
}

async function play(
  { url, simulatorUrl }: EmbeddedSystem,
  { faults = 0, seed = 1 }: DemoOptions,
  progress: Progress,
): Promise<Outcome> {
  const api = apiAs(url, DEMO_ADMIN);
  const { send, ledger, setFaults } = simulatorLevers(simulatorUrl);
  if (faults > 0) {
    await gradeOutside('vlan-trunk-troubleshooting', api);
    await setFaults(faultsEverywhere(seed, faults / 100));
    progress.note(`${faults} % of everything goes wrong, by seed ${seed}.`);
  }
  const cast = faults > 0 ? PATIENT_CAST : CAST;
  return perform(
    {
      cast,
      solutions: await solutionsFor(cast),
      patienceMs: faults > 0 ? FAULTY_PATIENCE_MS : PATIENCE_MS,
      onLook: ({ who }, session) => progress.update(who, session),
      onSessionsOver: () => progress.note('All sessions are over. Waiting for the fleet to drain …'),
    },
    { api, clock: systemClock, outside: send, ledger, lookMs: 150 },
  );
}

function report({ told, left, costUsd }: Outcome, { faults = 0, seed = 1 }: DemoOptions): void {
  const rows = told.map(({ role, session, seconds, score }) => [
    role.who,
    role.story,
    session.definition.name,
    session.status,
    session.ending?.outcome ?? '',
    score,
    session.costUsd.toFixed(4),
    seconds.toFixed(1),
    wentRight({ role, session })
      ? 'as it should'
      : `should be ${role.expected.status} ${role.expected.result ?? ''}`,
  ]);
  console.log(
    `\n${table([['WHO', 'STORY', 'DEFINITION', 'STATE', 'OUTCOME', 'SCORE', 'COST USD', 'SECONDS', 'VERDICT'], ...rows])}\n`,
  );
  const found = faultsFound({ told, left });
  for (const line of found) console.log(`Wrong: ${line}`);
  const ok = found.length === 0;
  if (!ok && faults > 0) console.log(`Again: npm run lcm -- demo --faults ${faults} --seed ${seed}`);
  const facts = {
    sessions: told.length,
    right: told.filter(wentRight).length,
    left: left.length,
    costUsd: Math.round(costUsd * 10_000) / 10_000,
    ...(faults > 0 ? { faults, seed } : {}),
  };
  console.log(`${ok ? 'DEMO OK' : 'DEMO FAILED'} ${JSON.stringify(facts)}`);
  if (!ok) process.exitCode = 1;
}
