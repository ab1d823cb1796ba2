import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type HastySystem, startHastySystem } from './embedded.fixture.ts';
import { runsOfFolder, runsOfSeeds, type TopologyRun } from './topology-runs.ts';

/** A folder of other topologies than LCM's own. */
const FOLDER = process.env['TEST_TOPOLOGIES'];
/** For one step of a session, and for all of them, on a machine that is busy with other things. */
const STEP_MS = 90_000;
const PATIENCE_MS = 300_000;

const runs = FOLDER ? await runsOfFolder(FOLDER) : await runsOfSeeds();
let system: HastySystem;

beforeAll(async () => {
  system = await startHastySystem('topologies');
}, 60_000);
afterAll(() => system?.stop(), 60_000);

describe.concurrent('a candidate of', () => {
  it.each(runs)('$title: from booking to the end', { timeout: PATIENCE_MS }, async (run) => {
    const { api, outside } = system;
    const watch = stopwatch();
    const definition = await published(run);
    const { id } = await api.sessions.book({
      body: { definitionId: definition.id, durationSeconds: 1_800, candidate: { givenName: 'Ada' } },
    });

    const ready = await reached(id, 'READY');
    watch.lap('ready');
    expect(Object.keys(ready.lab?.ports ?? {}).sort()).toEqual(
      definition.facts.ports.map(({ name }) => name).sort(),
    );
    const ports = Object.values(ready.lab?.ports ?? {});
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every((port) => port >= 2_000 && port <= 7_999)).toBe(true);

    const { ldsSessionId = '', devices } = await api.sessions.userSession({ params: { id } });
    expect(new Set(devices.map(({ label }) => label))).toEqual(
      new Set(definition.facts.ports.map(({ node }) => node)),
    );
    await outside.login(ldsSessionId);
    await reached(id, 'RUNNING');
    // Every device answers where the candidate is told to look for it.
    for (const { label } of devices) await outside.readDevice(ldsSessionId, label);
    const { configurations = {}, mode = 'merge' } = run.changes ?? {};
    for (const [label, configuration] of Object.entries(configurations))
      await outside.writeDevice(ldsSessionId, label, configuration, mode);
    watch.lap('worked');

    await outside.finish(ldsSessionId);
    const over = await reached(id, 'ARCHIVED');
    watch.lap('over');
    expect(over.ending?.outcome).toBe('completed');
    expect(over.history.map(({ to }) => to)).toEqual(way(definition));
    const { items: reports } = await api.sessions.scoreReports({ params: { id } });
    expect(reports).toHaveLength(run.share ? 1 : 0);
    const [report] = reports;
    if (run.share && report) {
      expect(report.score / report.maxScore).toBeGreaterThanOrEqual(run.share.least);
      expect(report.score / report.maxScore).toBeLessThanOrEqual(run.share.most);
      expect(over.gradeResult).toBe(run.share.most === 1 ? 'PASS' : 'FAIL');
    }
    if (FOLDER) {
      const { nodeCount, linkCount } = definition.facts;
      const score = report ? `${report.score}/${report.maxScore}` : 'not graded';
      console.info(
        `${run.title}: ${nodeCount} nodes, ${linkCount} links, ${ports.length} ports, ${score}; ${watch.laps()}`,
      );
    }
  });
});

it('leaves nothing behind when the fleet has drained', { timeout: PATIENCE_MS }, async () => {
  const { all } = await system.outside.ledger();
  expect(all.filter(({ kind }) => kind === 'ldsSession')).toHaveLength(runs.length);
  const left = async () => (await system.outside.ledger()).open.map(({ kind, id }) => `${kind} ${id}`);
  await eventually('the end', async () => (await left()).length === 0, STEP_MS, left);
});

/** Publishes what is new, and waits until it can be booked. */
async function published({ definition }: TopologyRun): Promise<DefinitionView> {
  const { api } = system;
  try {
    await api.definitions.create({ body: definition });
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
  }
  return eventually(`${definition.name} to be synced`, async () => {
    const { items } = await api.definitions.list({ query: { name: definition.name, status: 'ACTIVE' } });
    return items[0];
  });
}

async function reached(id: string, wanted: SessionStatus) {
  const look = () => system.api.sessions.get({ params: { id } });
  return eventually(
    `${wanted} of ${id}`,
    async () => {
      const session = await look();
      if (session.ending && session.ending.outcome !== 'completed')
        throw new Error(`${session.ending.outcome}: ${session.ending.reason}`);
      return session.history.some(({ to }) => to === wanted) ? session : undefined;
    },
    STEP_MS,
    async () => whereItIs(await look()),
  );
}

/** The state, and the steps of its pipelines that are not done. */
function whereItIs({ status, standing, pipelines }: SessionView): string {
  const steps = Object.values(pipelines).flatMap((pipeline) => Object.values(pipeline?.steps ?? {}));
  const open = steps.filter((step) => step.status !== 'COMPLETED' && step.status !== 'SKIPPED');
  return JSON.stringify({ status, standing, open });
}

/** The states that a session of the definition goes through. */
function way({ spec: { evidence, grading } }: DefinitionView): SessionStatus[] {
  return [
    'PENDING',
    'SCHEDULED',
    'INSTANTIATING',
    'READY',
    'RUNNING',
    ...(evidence ? (['COLLECTING'] as const) : []),
    ...(grading ? (['GRADING'] as const) : []),
    'STOPPING',
    'STOPPED',
    'ARCHIVED',
  ];
}

/** Seconds from one lap to the next. */
function stopwatch() {
  let last = systemClock.monotonic();
  const laps: string[] = [];
  return {
    lap: (name: string) => {
      const now = systemClock.monotonic();
      laps.push(`${name} ${((now - last) / 1000).toFixed(1)} s`);
      last = now;
    },
    laps: () => laps.join(', '),
  };
}
