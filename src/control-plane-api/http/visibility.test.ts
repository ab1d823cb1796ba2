import type { Role } from '@lcm/core/api/endpoint.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { scoreReportId, taskId, userSessionId } from '@lcm/core/domain/ids.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn, TOPOLOGY } from '../scene.fixture.ts';
import { asCaller, callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

/** Two sessions: one is Cy's, a candidate of department ccie, the other somebody else's of ccna. */
let on: TestPlane;
let cys: SessionView;
let other: SessionView;
const PATHS: Record<string, string> = {};

const admin = callerOf('admin', 'root');
const cy = callerOf('candidate', 'cy', 'ccie');
const SECRETS = ['cy@example.com', 'https://lds/login-of-cy', 'hostname R1'];

beforeAll(async () => {
  const plane = await startTestPlane({ authenticate: testCallers });
  const system = callerOf('controller', 'controllers');
  on = {
    ...plane,
    admin: clientAs(admin, plane.plane.fetch),
    controller: clientAs(system, plane.plane.fetch),
  };
  const scene = sceneOn(on);
  const definition = await scene.definition();
  const worker = await scene.worker();
  const owner = { issuer: cy.issuer, subject: cy.subject };
  cys = await scene.book(2, { owner, department: 'ccie', candidate: { email: 'cy@example.com' } });
  other = await scene.book(8, { owner: { externalId: 'o' }, department: 'ccna' });
  await scene.place(cys, worker.id);
  const access = userSessionId.parse('us-1');
  await scene.step(cys, { type: 'startInstantiating' }, { type: 'openUserSession', userSessionId: access });
  const { internal } = on.controller;
  for (const command of [
    { type: 'open' as const, id: access, sessionId: cys.id },
    { type: 'provision' as const, ldsSessionId: 'l1', loginUrl: 'https://lds/login-of-cy', devices: [] },
  ])
    await internal.userSessions.command({ params: { id: access }, body: { command } });
  const common = {
    definitionId: definition.id,
    engine: 'builtin' as const,
    evidenceKey: 'k',
    score: 1,
    maxScore: 2,
    cutScore: 1,
    passed: true,
    sections: [],
  };
  for (const session of [cys, other]) {
    const id = scoreReportId.parse(`r-${session.id}`);
    const report = { ...common, id, sessionId: session.id, ownerKey: session.ownerKey ?? '' };
    await internal.scoreReports.command({ params: { id }, body: { command: { type: 'submit', report } } });
  }
  for (const department of ['ccie', 'ccna']) {
    const id = taskId.parse(`t-${department}`);
    const command = {
      type: 'raise' as const,
      id,
      title: 'look',
      description: '',
      priority: 'normal' as const,
      department,
    };
    await internal.tasks.command({ params: { id }, body: { command } });
  }
  await scene.commands.execute('task', 't-ccna', { type: 'assign', assignee: 'ann', by: 'test' });
  Object.assign(PATHS, {
    'own session': `/api/v1/sessions/${cys.id}`,
    'other session': `/api/v1/sessions/${other.id}`,
    'own explanation': `/api/v1/sessions/${cys.id}/explanation`,
    'own history': `/api/v1/sessions/${cys.id}/history`,
    'own user session': `/api/v1/sessions/${cys.id}/user-session`,
    'own scores': `/api/v1/sessions/${cys.id}/score-reports`,
    'own score': `/api/v1/score-reports/r-${cys.id}`,
    'other score': `/api/v1/score-reports/r-${other.id}`,
    'other scores': `/api/v1/sessions/${other.id}/score-reports`,
    sessions: '/api/v1/sessions',
    scores: '/api/v1/score-reports',
    tasks: '/api/v1/tasks',
    definitions: '/api/v1/definitions',
    topology: `/api/v1/definitions/${definition.id}/topology`,
    workers: '/api/v1/workers',
    worker: `/api/v1/workers/${worker.id}`,
    ledger: `/api/v1/workers/${worker.id}/ledger`,
    metrics: `/api/v1/workers/${worker.id}/metrics`,
    'lab records': '/api/v1/lab-records',
    templates: '/api/v1/worker-templates',
    settings: '/api/v1/settings',
    status: '/api/v1/system/status',
    'internal sessions': '/api/internal/sessions',
    'internal settings': '/api/internal/settings',
  });
});
afterAll(() => on.stop());

const ask = (caller: ReturnType<typeof callerOf>, what: string) =>
  on.plane.app.inject({ method: 'GET', url: PATHS[what] ?? '', headers: asCaller(caller) });

/** For each role what it is answered: the status, or how many items of a list. */
const SEEN: Record<string, Record<Exclude<Role, 'controller' | 'event-source'>, number | string>> = {
  'own session': { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 200 },
  'other session': { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 404 },
  'own explanation': { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  'own history': { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  'own user session': { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 200 },
  'own scores': {
    admin: '1 items',
    manager: '1 items',
    'lab-author': '1 items',
    user: '0 items',
    candidate: '1 items',
  },
  'other scores': {
    admin: '1 items',
    manager: '1 items',
    'lab-author': '1 items',
    user: '0 items',
    candidate: 404,
  },
  'own score': { admin: 200, manager: 200, 'lab-author': 200, user: 404, candidate: 200 },
  'other score': { admin: 200, manager: 200, 'lab-author': 200, user: 404, candidate: 404 },
  sessions: {
    admin: '2 items',
    manager: '2 items',
    'lab-author': '2 items',
    user: '2 items',
    candidate: '1 items',
  },
  scores: {
    admin: '2 items',
    manager: '2 items',
    'lab-author': '2 items',
    user: '0 items',
    candidate: '1 items',
  },
  tasks: { admin: '2 items', manager: '1 items', 'lab-author': '0 items', user: '1 items', candidate: 403 },
  definitions: {
    admin: '1 items',
    manager: '1 items',
    'lab-author': '1 items',
    user: '1 items',
    candidate: 403,
  },
  topology: { admin: 200, manager: 200, 'lab-author': 200, user: 403, candidate: 403 },
  workers: { admin: '1 items', manager: '1 items', 'lab-author': '1 items', user: '1 items', candidate: 403 },
  worker: { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  ledger: { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  metrics: { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  'lab records': {
    admin: '0 items',
    manager: '0 items',
    'lab-author': '0 items',
    user: '0 items',
    candidate: 403,
  },
  templates: {
    admin: '1 items',
    manager: '1 items',
    'lab-author': '1 items',
    user: '1 items',
    candidate: 403,
  },
  settings: { admin: 200, manager: 200, 'lab-author': 403, user: 403, candidate: 403 },
  status: { admin: 200, manager: 200, 'lab-author': 200, user: 200, candidate: 403 },
  'internal sessions': { admin: 403, manager: 403, 'lab-author': 403, user: 403, candidate: 403 },
  'internal settings': { admin: 403, manager: 403, 'lab-author': 403, user: 403, candidate: 403 },
};

const CALLERS = {
  admin,
  manager: callerOf('manager', 'max', 'ccie'),
  'lab-author': callerOf('lab-author', 'lou'),
  user: callerOf('user', 'ann'),
  candidate: cy,
};

const cases = Object.entries(SEEN).flatMap(([what, roles]) =>
  Object.entries(roles).map(([role, seen]) => ({ what, role: role as keyof typeof CALLERS, seen })),
);

it.each(cases)('$what is to a $role: $seen', async ({ what, role, seen }) => {
  const answer = await ask(CALLERS[role], what);
  const list = answer.json<{ items?: unknown[] }>().items;
  expect(typeof seen === 'string' && list ? `${list.length} items` : answer.statusCode).toBe(seen);
});

it.each(Object.keys(SEEN))('%s needs a login', async (what) => {
  const answer = await on.plane.app.inject({ method: 'GET', url: PATHS[what] ?? '' });
  expect([answer.statusCode, answer.json().type]).toEqual([401, 'urn:lcm:problem:unauthenticated']);
});

it.each(['user', 'lab-author'] as const)(
  'a %s never learns who the candidate is or how to log in for them',
  async (role) => {
    for (const what of Object.keys(PATHS).filter((one) => one !== 'topology')) {
      const { payload } = await ask(CALLERS[role], what);
      for (const secret of SECRETS) expect(payload, `${what} tells ${secret}`).not.toContain(secret);
    }
  },
);

it('a manager and the candidate itself do', async () => {
  for (const caller of [CALLERS.manager, cy]) {
    expect((await ask(caller, 'own session')).payload).toContain('cy@example.com');
    expect((await ask(caller, 'own user session')).payload).toContain('login-of-cy');
  }
});

it('where an author is told of a lab is for those who author and run labs', async () => {
  const [name, version] = ['told', '1.0.0'];
  const ownerNotification = { email: 'author@example.com' };
  await clientAs(admin, on.plane.fetch).definitions.create({
    body: { name, version, topology: TOPOLOGY, ownerNotification },
  });
  const told = async (caller: ReturnType<typeof callerOf>) =>
    JSON.stringify(await clientAs(caller, on.plane.fetch).definitions.list({ query: { name } }));
  expect(await told(CALLERS.user)).toContain(name);
  expect(await told(CALLERS.user)).not.toContain('author@example.com');
  expect(await told(CALLERS['lab-author'])).toContain('author@example.com');
});

describe('acting', () => {
  const act = (
    caller: ReturnType<typeof callerOf>,
    session: SessionView,
    action: 'hold' | 'cancel' | 'collect',
  ) =>
    clientAs(caller, on.plane.fetch)
      .sessions[action]({ params: { id: session.id }, body: {} })
      .then(
        () => 'done',
        (refusal: { code: string }) => refusal.code,
      );

  it('a manager acts on the sessions of their own department', async () => {
    expect(await act(CALLERS.manager, other, 'hold')).toBe('forbidden');
    expect(await act(callerOf('manager', 'mia', 'ccna'), other, 'hold')).toBe('done');
    // One without a department has none to manage, though one of the same name has booked it.
    expect(await act(callerOf('manager', 'root'), other, 'hold')).toBe('forbidden');
  });

  it('a user acts on their own sessions, whatever they are called', async () => {
    expect(await act(CALLERS.user, other, 'cancel')).toBe('forbidden');
    expect(await act(callerOf('user', 'root'), other, 'cancel')).toBe('forbidden');
  });

  it('a candidate finishes their own session and knows of no other', async () => {
    expect(await act(cy, cys, 'collect')).toBe('illegalTransition');
    expect(await act(cy, other, 'collect')).toBe('notFound');
    expect(await act(cy, cys, 'cancel')).toBe('forbidden');
    expect(await act(callerOf('candidate', 'root'), other, 'collect')).toBe('notFound');
  });

  it('only controllers carry a fence', async () => {
    const cancel = clientAs(CALLERS.manager, on.plane.fetch).sessions.cancel({
      params: { id: cys.id },
      body: {},
      headers: { 'x-lcm-fence': 'lablet-controller/1/999999999' },
    });
    await expect(cancel).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('changing settings is for admins, and told with who did it', async () => {
    const change = (caller: ReturnType<typeof callerOf>) =>
      clientAs(caller, on.plane.fetch).settings.change({ body: { labLeadSeconds: 600 } });
    await expect(change(CALLERS.manager)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await change(admin)).toMatchObject({ labLeadSeconds: 600, workerLeadSeconds: 1_200 });
    const history = await on.store.history('settings', 'default', 0, 10);
    expect(history).toMatchObject([
      {
        type: 'settings.changed',
        by: 'root',
        data: { values: { labLeadSeconds: 600 } },
        correlationId: expect.any(String),
      },
    ]);
  });
});
