import { type Api, apiAs } from '@lcm/cli/api.ts';
import { DEMO_ADMIN } from '@lcm/cli/credentials/log-in.ts';
import { seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  eventually,
  HASTE,
  type Outside,
  outsideAt,
  SHORT_DELAYS,
  temporaryFolder,
} from './embedded.fixture.ts';
import {
  endSimulator,
  freePort,
  killLcm,
  type LcmProcess,
  simulatorIn,
  startSystem,
} from './process.fixture.ts';

/** For everything, on a machine that is busy with other things; it takes half a minute on one that is not. */
const PATIENCE_MS = 240_000;

const folder = temporaryFolder('restart');
let environment: Record<string, string>;
let api: Api;
let lcm: LcmProcess;
let outside: Outside;

beforeAll(async () => {
  const port = String(await freePort());
  environment = { ...HASTE, LCM_PORT: port, LCM_DATA_DIR: folder.path };
  api = apiAs(`http://127.0.0.1:${port}`, DEMO_ADMIN);
  await start();
  outside = outsideAt(simulatorIn(folder.path)?.url ?? '');
  // Long enough to be hit in the middle.
  await outside.setDelays({ ...SHORT_DELAYS, nodeBootMs: 1_500, labStopMs: 1_000 });
  await eventually('the definitions to be synced', async () => {
    const { items } = await api.definitions.list({ query: { status: 'ACTIVE' } });
    return items.length === 3;
  });
}, 90_000);

afterAll(async () => {
  if (lcm) await killLcm(lcm);
  await endSimulator(folder.path);
  folder.remove();
}, 30_000);

it('three times killed and started again, it ends every session right and doubles nothing', {
  timeout: PATIENCE_MS,
}, async () => {
  const solver = await book('static-routing-basics');
  const quitter = await book('vlan-trunk-troubleshooting');
  const cancelled = await book('campus-sandbox');
  const absent = await book('static-routing-basics', { noShowAfterSeconds: 8 });
  const all = [solver, quitter, cancelled, absent];

  // While labs are being built.
  await eventually('labs in the making', async () => (await statuses(all)).includes('INSTANTIATING'));
  await restart();

  // While candidates work; one of them finishes when nobody is there to be told.
  for (const id of [solver, quitter, cancelled]) await outside.login(await ldsSession(id));
  await reached([solver, quitter, cancelled], 'RUNNING');
  await restart(async () => {
    await outside.finish(await ldsSessionOf(quitter));
    const solution = Object.entries((await seedSolution('static-routing-basics')) ?? {});
    for (const [label, text] of solution)
      await outside.writeDevice(await ldsSessionOf(solver), label, text, 'merge');
  });

  // While evidence is collected and labs are taken down.
  await outside.finish(await ldsSessionOf(solver));
  await api.sessions.cancel({ params: { id: cancelled }, body: { reason: 'for the test' } });
  await eventually('labs being taken down', async () =>
    (await statuses(all)).some((status) => status === 'COLLECTING' || status === 'STOPPING'),
  );
  await restart();

  await eventually(
    'the end of all sessions',
    async () => (await statuses(all)).every((status) => FINAL.has(status)),
    PATIENCE_MS / 2,
    () => statuses(all),
  );
  expect(await endOf(solver)).toEqual(['ARCHIVED', 'completed', 'PASS', 1]);
  expect(await endOf(quitter)).toEqual(['ARCHIVED', 'completed', 'FAIL', 1]);
  expect(await endOf(cancelled)).toEqual(['TERMINATED', 'cancelled', undefined, 0]);
  expect(await endOf(absent)).toEqual(['EXPIRED', 'noShow', undefined, 0]);
  expect((await api.tasks.list({ query: {} })).items.map(({ title }) => title)).toEqual([]);

  const left = async () => (await outside.ledger()).open.map(({ kind, id }) => `${kind} ${id}`);
  await eventually('the fleet to drain', async () => (await left()).length === 0, PATIENCE_MS / 2, left);
  const books = (await outside.ledger()).all;
  const of = (kind: string) => books.filter((entry) => entry.kind === kind);
  expect(
    of('ldsSession')
      .map(({ detail }) => detail['reference'])
      .sort(),
  ).toEqual(all.toSorted());
  const titles = of('lab').map(({ detail }) => detail['title']);
  expect(titles.toSorted()).toEqual([...new Set(titles)].sort());
  expect(titles.length).toBeLessThanOrEqual(all.length);
  const { items: workers } = await api.workers.list({ query: {} });
  expect(of('instance')).toHaveLength(workers.length);

  lcm.child.kill('SIGTERM');
  expect(await lcm.ended).toBe(0);
  // In order: the simulator has been ended too.
  expect(simulatorIn(folder.path)).toBeUndefined();
});

const FINAL: ReadonlySet<SessionStatus> = new Set(['ARCHIVED', 'EXPIRED', 'TERMINATED']);

async function start(): Promise<void> {
  lcm = await startSystem(environment);
}

/** Kills the system; the simulated world goes on, with whatever happens `meanwhile`. */
async function restart(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  await killLcm(lcm);
  await meanwhile();
  await start();
}

async function book(name: string, more: { noShowAfterSeconds?: number } = {}): Promise<string> {
  const body = { definition: { name }, durationSeconds: 900, candidate: { givenName: 'Ada' }, ...more };
  return (await api.sessions.book({ body })).id;
}

const look = (id: string): Promise<SessionView> => api.sessions.get({ params: { id } });
const statuses = async (ids: readonly string[]) =>
  (await Promise.all(ids.map(look))).map(({ status }) => status);

function reached(ids: readonly string[], wanted: SessionStatus): Promise<true> {
  return eventually(
    `${wanted} of ${ids}`,
    async () => {
      const sessions = await Promise.all(ids.map(look));
      return sessions.every(({ history }) => history.some(({ to }) => to === wanted)) || undefined;
    },
    PATIENCE_MS / 2,
    () => statuses(ids),
  );
}

/** Waits until the candidate can come in. */
async function ldsSession(id: string): Promise<string> {
  await reached([id], 'READY');
  return ldsSessionOf(id);
}

/** Where candidates are, whether or not the system runs. */
const known = new Map<string, string>();
async function ldsSessionOf(id: string): Promise<string> {
  const before = known.get(id);
  if (before !== undefined) return before;
  const { ldsSessionId } = await api.sessions.userSession({ params: { id } });
  if (ldsSessionId === undefined) throw new Error(`${id} has no LDS session`);
  known.set(id, ldsSessionId);
  return ldsSessionId;
}

/** How a session ended, and how many scores it has. */
async function endOf(id: string) {
  const { status, ending, gradeResult } = await look(id);
  const { items } = await api.sessions.scoreReports({ params: { id } });
  return [status, ending?.outcome, gradeResult, items.length];
}
