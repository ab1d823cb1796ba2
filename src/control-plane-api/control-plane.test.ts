import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from './control-plane.fixture.ts';
import { TOPOLOGY } from './scene.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane();
});
afterEach(() => on.stop());

const TEMPLATE = {
  name: 'nested-16',
  region: 'us-east-1',
  instanceType: 'm8i.4xlarge',
  virtualization: 'nested' as const,
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 16,
  memoryGb: 64,
  storageGb: 200,
  licenceType: 'ENTERPRISE' as const,
  maxNodes: 100,
  costPerHourUsd: 0.9,
};

async function bookable() {
  const definition = await on.admin.definitions.create({
    body: { name: 'two-routers', version: '1.0.0', topology: TOPOLOGY },
  });
  await on.controller.internal.definitions.command({
    params: { id: definition.id },
    body: { command: { type: 'recordSync', status: 'success' } },
  });
  return definition;
}

test('a definition becomes bookable when its content is synced', async () => {
  const definition = await on.admin.definitions.create({
    body: { name: 'two-routers', version: '1.0.0', topology: TOPOLOGY },
  });
  expect(definition.status).toBe('PENDING_SYNC');
  expect(definition.facts).toMatchObject({ nodeCount: 2, linkCount: 1, nodeDefinitions: ['iosv'] });
  await expect(
    on.admin.sessions.book({ body: { definitionId: definition.id, durationSeconds: 600 } }),
  ).rejects.toMatchObject({ code: 'conflict' });
  await on.controller.internal.definitions.command({
    params: { id: definition.id },
    body: { command: { type: 'recordSync', status: 'success' } },
  });
  const booked = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  expect(booked.status).toBe('PENDING');
  expect(booked.standing?.reason?.code).toBe('PendingEvaluation');
});

test('a booking is placed intent first, and its capacity given back only after the session lets go', async () => {
  const definition = await bookable();
  const template = await on.admin.workerTemplates.create({ body: TEMPLATE });
  const worker = await on.admin.workers.create({ body: { templateId: template.id } });
  const session = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  const preview = await on.admin.sessions.dryRun({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  expect(preview.fits).toBe(true);
  const decision = {
    decidedAt: session.createdAt,
    outcome: 'placed' as const,
    best: [],
    counts: {},
    evaluated: 1,
  };
  const item = { sessionId: session.id, placementId: 'p-1', workerId: worker.id, decision };
  const placed = await on.controller.internal.place({ body: { items: [item] } });
  expect(placed.items).toEqual([{ sessionId: session.id, status: 'done' }]);
  const scheduled = await on.admin.sessions.get({ params: { id: session.id } });
  expect(scheduled.status).toBe('SCHEDULED');
  expect(scheduled.standing?.reason?.code).toBe('WaitingForWorker');
  const ledger = await on.admin.workers.ledger({ params: { id: worker.id } });
  expect(Object.keys(ledger.reservations)).toEqual(['p-1']);

  const release = { items: [{ sessionId: session.id, placementId: 'p-1', workerId: worker.id }] };
  const early = await on.controller.internal.releasePlacements({ body: release });
  expect(early.items[0]).toMatchObject({ status: 'refused', code: 'conflict' });

  await on.admin.sessions.cancel({ params: { id: session.id }, body: { reason: 'not needed' } });
  const command = (body: { type: 'markStopped' } | { type: 'finish' }) =>
    on.controller.internal.sessions.command({ params: { id: session.id }, body: { command: body } });
  await command({ type: 'markStopped' });
  await expect(command({ type: 'finish' })).rejects.toMatchObject({ code: 'conflict' });
  await on.controller.internal.releasePlacements({ body: release });
  const after = await command({ type: 'finish' });
  expect(after.state.status).toBe('TERMINATED');
  expect((await on.admin.workers.ledger({ params: { id: worker.id } })).reservations).toEqual({});
});

test('the same Idempotency-Key books once', async () => {
  const definition = await bookable();
  const body = { definitionId: definition.id, durationSeconds: 600 };
  const [one, other] = await Promise.all([
    on.admin.sessions.book({ body, headers: { 'idempotency-key': 'k1' } }),
    on.admin.sessions.book({ body, headers: { 'idempotency-key': 'k1' } }).catch((error: unknown) => error),
  ]);
  const again = await on.admin.sessions.book({ body, headers: { 'idempotency-key': 'k1' } });
  expect(again.id).toBe(one.id);
  expect(other).toMatchObject({ id: one.id });
});

test('every kind of bad input is a problem document that names the field or state, and changes nothing', async () => {
  const definition = await bookable();
  const before = await on.store.headOfLog();
  const ask = async (
    method: 'GET' | 'POST' | 'DELETE' | 'PUT',
    url: string,
    payload?: string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await on.plane.app.inject({
      method,
      url,
      ...(payload === undefined ? {} : { payload }),
      headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    return answer.json();
  };
  const book = (body: object) => ask('POST', '/api/v1/sessions', JSON.stringify(body));
  const pointers = (problem: { errors?: { pointer: string }[] }) =>
    problem.errors?.map(({ pointer }) => pointer);

  expect(await ask('POST', '/api/v1/sessions', '{"definitionId": ')).toMatchObject({ status: 400 });
  expect(pointers(await book({ definitionId: definition.id, durationSeconds: 600, colour: 'blue' }))).toEqual(
    ['/colour'],
  );
  expect(
    pointers(await book({ definitionId: definition.id, start: 'tomorrow', durationSeconds: 60 })),
  ).toEqual(['/start']);
  expect(
    pointers(await book({ definitionId: definition.id, start: '2020-01-01T00:00:00Z', durationSeconds: 60 })),
  ).toEqual(['/start']);
  const long = await book({ definitionId: definition.id, durationSeconds: 3 * 3600 });
  expect([long.status, pointers(long)]).toEqual([422, ['/durationSeconds']]);
  expect(await book({ definitionId: 'nope', durationSeconds: 60 })).toMatchObject({ status: 404 });

  const define = (topology: string) =>
    ask('POST', '/api/v1/definitions', JSON.stringify({ name: 'bad', version: '1.0.0', topology }));
  expect(await define('lab: [unclosed')).toMatchObject({ status: 422 });
  const dangling = await define(TOPOLOGY.replace('n2: n1', 'n2: n9'));
  expect([dangling.status, JSON.stringify(pointers(dangling))]).toEqual([
    422,
    expect.stringContaining('links/0'),
  ]);
  expect(
    await ask('POST', '/api/v1/definitions', JSON.stringify({ topology: 'x'.repeat(10_000_000) })),
  ).toMatchObject({ status: 413 });

  expect(await ask('GET', '/api/v1/sessions?limit=0')).toMatchObject({
    status: 400,
    errors: [{ pointer: '/query/limit' }],
  });
  expect(await ask('GET', '/api/v1/nothing')).toMatchObject({ status: 404 });
  expect(await ask('PUT', '/api/v1/sessions', '{}')).toMatchObject({ status: 405 });
  expect(await on.store.headOfLog()).toBe(before);
});

test('an illegal transition and a lost version race are refused, and change nothing', async () => {
  const definition = await bookable();
  const session = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  await expect(on.admin.sessions.collect({ params: { id: session.id }, body: {} })).rejects.toMatchObject({
    code: 'illegalTransition',
  });
  const held = await on.admin.sessions.hold({ params: { id: session.id }, body: {} });
  const stale = on.admin.sessions.cancel({
    params: { id: session.id },
    body: {},
    headers: { 'if-match': `"${session.version}"` },
  });
  await expect(stale).rejects.toMatchObject({ code: 'staleVersion' });
  expect(await on.admin.sessions.get({ params: { id: session.id } })).toMatchObject({
    status: 'PENDING',
    version: held.version,
  });
});

test('a later holder of the partition shuts an earlier one out', async () => {
  const definition = await bookable();
  const session = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  const end = (token: number) =>
    on.controller.internal.sessions.command({
      params: { id: session.id },
      body: {
        command: {
          type: 'recordDecision',
          decision: { decidedAt: session.createdAt, outcome: 'wait', best: [], counts: {}, evaluated: token },
        },
      },
      headers: { 'x-lcm-fence': `resource-scheduler/3/${token}` },
    });
  await end(8);
  await expect(end(7)).rejects.toMatchObject({ code: 'staleFence' });
  expect((await end(9)).state.decision?.evaluated).toBe(9);
});

test('an event from LDS that comes early waits until its session is ready for it', async () => {
  const definition = await bookable();
  const session = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 600 },
  });
  const send = () =>
    on.plane.app.inject({
      method: 'POST',
      url: '/api/events',
      headers: { 'content-type': 'application/cloudevents+json' },
      payload: JSON.stringify({
        specversion: '1.0',
        id: 'e1',
        source: 'https://labs.lcm.io',
        type: 'io.lablet.lds.session.running.v1',
        data: { reference: session.id },
      }),
    });
  expect((await send()).statusCode).toBe(202);
  expect((await send()).statusCode).toBe(202);
  const waiting = await on.controller.internal.inboundEvents.list({ query: {} });
  expect(waiting.items.map(({ state }) => state.status)).toEqual(['WAITING']);
});

test('the API describes itself', async () => {
  const document = (await on.plane.app.inject({ method: 'GET', url: '/api/openapi.json' })).json();
  expect(document.openapi).toBe('3.1.0');
  const booking = document.paths['/api/v1/sessions'].post;
  expect(Object.keys(booking.responses)).toEqual(expect.arrayContaining(['201', '400', '404', '409', '422']));
});

test('a task is closed once, and stays so', async () => {
  const raise = {
    type: 'raise' as const,
    id: 't-1',
    title: 'Look',
    description: '',
    priority: 'normal' as const,
  };
  await on.controller.internal.tasks.command({ params: { id: 't-1' }, body: { command: raise } });
  const closed = await on.admin.tasks.close({ params: { id: 't-1' } });
  expect(closed.status).toBe('DONE');
  expect((await on.admin.tasks.close({ params: { id: 't-1' } })).version).toBe(closed.version);
  await expect(on.admin.tasks.close({ params: { id: 't-2' } })).rejects.toMatchObject({ code: 'notFound' });
});
