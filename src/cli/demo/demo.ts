import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { type Api, apiAt } from '../api.ts';
import { type EmbeddedSystem, startEmbedded } from '../compose/embedded.ts';
import { readConfig } from '../config.ts';
import { table } from '../output/table.ts';
import { untilAskedToStop } from '../signals.ts';
import { play } from './candidate.ts';
import { CAST, type Role } from './cast.ts';
import { openProgress, type Progress } from './progress.ts';
import { readSimulatorLedger } from './sim-ledger.ts';

/** The whole demo must be over by then. */
const PATIENCE_MS = 180_000;

/** A session of the demo as it went. */
interface Told {
  role: Role;
  session: SessionView;
  seconds: number;
  /** `8/12 FAIL`; empty where nothing was graded. */
  score: string;
}

/** Runs the main job from booking to score in this terminal, and judges it by the simulator's own ledger. */
export async function demo({ keep = false }: { keep?: boolean }): Promise<void> {
  const given = process.env['LCM_DATA_DIR'];
  const dataDir = given ?? mkdtempSync(join(tmpdir(), 'lcm-demo-'));
  const quick = {
    LCM_PORT: '0',
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
    await Promise.race([perform(system, progress), cutShort]);
  } finally {
    progress.stop();
    await system.stop();
    if (!keep && given === undefined) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`The data of the demo is in ${dataDir}.`);
  }
}

async function perform({ url, simulatorUrl }: EmbeddedSystem, progress: Progress): Promise<void> {
  const api = apiAt(url);
  await untilBookable(api);
  const told = await Promise.all(CAST.map((role) => follow(role, api, simulatorUrl, progress)));
  progress.note('All sessions are over. Waiting for the fleet to drain …');
  const left = await untilNothingIsLeft(simulatorUrl);
  progress.stop();
  report(told, left, (await readSimulatorLedger(simulatorUrl)).costUsd);
}

async function untilBookable(api: Api): Promise<void> {
  const names = new Set(CAST.map(({ definition }) => definition));
  await patiently('the definitions to be synced', async () => {
    const { items } = await api.definitions.list({ query: { status: 'ACTIVE', limit: 100 } });
    return [...names].every((name) => items.some(({ spec }) => spec.name === name));
  });
}

/** Books the session, plays its candidate, and waits until it is over. */
async function follow(role: Role, api: Api, simulatorUrl: string, progress: Progress): Promise<Told> {
  const started = systemClock.monotonic();
  const { definition, slotSeconds, noShowAfterSeconds, who } = role;
  let session = await api.sessions.book({
    body: {
      definition: { name: definition },
      durationSeconds: slotSeconds,
      candidate: { givenName: who },
      ...(noShowAfterSeconds ? { noShowAfterSeconds } : {}),
    },
  });
  let played: Promise<void> | undefined;
  let stumbled: unknown;
  await patiently(`${who}'s session to be over`, async () => {
    session = await api.sessions.get({ params: { id: session.id } });
    progress.update(who, session);
    if (session.status === 'READY') {
      played ??= play(role, session, { api, simulatorUrl, pause: (ms) => systemClock.sleep(ms) }).catch(
        (error: unknown) => {
          stumbled = error;
        },
      );
    }
    if (stumbled) throw stumbled;
    return ['ARCHIVED', 'EXPIRED', 'TERMINATED'].includes(session.status);
  });
  await played;
  const seconds = (systemClock.monotonic() - started) / 1000;
  const [report] = (await api.sessions.scoreReports({ params: { id: session.id } })).items;
  const score = report ? `${report.score}/${report.maxScore} ${session.gradeResult}` : '';
  return { role, session, seconds, score };
}

async function untilNothingIsLeft(simulatorUrl: string): Promise<string[]> {
  let left: string[] = [];
  const drained = patiently('the fleet to drain', async () => {
    left = (await readSimulatorLedger(simulatorUrl)).open.map(({ kind, id }) => `${kind} ${id}`);
    return left.length === 0;
  });
  await drained.catch(() => {}); // what is left is reported
  return left;
}

async function patiently(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = systemClock.monotonic() + PATIENCE_MS;
  while (!(await done())) {
    if (systemClock.monotonic() > deadline)
      throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}`);
    await systemClock.sleep(150);
  }
}

function report(told: readonly Told[], left: readonly string[], costUsd: number): void {
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
  for (const thing of left) console.log(`Left behind: ${thing}`);
  const right = told.filter(wentRight).length;
  const ok = right === told.length && left.length === 0;
  const facts = {
    sessions: told.length,
    right,
    left: left.length,
    costUsd: Math.round(costUsd * 10_000) / 10_000,
  };
  console.log(`${ok ? 'DEMO OK' : 'DEMO FAILED'} ${JSON.stringify(facts)}`);
  if (!ok) process.exitCode = 1;
}

function wentRight({ role, session }: Pick<Told, 'role' | 'session'>): boolean {
  const { status, outcome, result } = role.expected;
  return session.status === status && session.ending?.outcome === outcome && session.gradeResult === result;
}
