import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn, TEMPLATE, TOPOLOGY } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
  await on.admin.workerTemplates.create({ body: { ...TEMPLATE, name: 'big' } });
});
afterEach(() => on.stop());

const ask = (url: string, key: string | undefined, body: object) =>
  on.plane.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
    payload: JSON.stringify(body),
  });

const slot = (hours: number) => ({ start: scene.at(hours), end: scene.at(hours + 1) });
/** What can be made, with a change that leaves it well-formed. */
const CREATES: [string, (changed: boolean) => object][] = [
  ['/api/v1/sessions', (changed) => ({ definition: { name: 'two-routers' }, ...slot(changed ? 4 : 2) })],
  ['/api/v1/workers', (changed) => ({ templateId: 'big', ...(changed ? { name: 'other' } : {}) })],
  [
    '/api/v1/definitions',
    (changed) => ({ name: 'routers', version: changed ? '1.0.1' : '1.0.0', topology: TOPOLOGY }),
  ],
  ['/api/v1/worker-templates', (changed) => ({ ...TEMPLATE, name: 'small', cpuCores: changed ? 32 : 16 })],
  ['/api/v1/tasks', (changed) => ({ title: changed ? 'Look there' : 'Look here' })],
];

it.each(CREATES)('%s: the same key with the same body gives the same resource', async (url, body) => {
  const [first, again] = [await ask(url, 'k-1', body(false)), await ask(url, 'k-1', body(false))];
  expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
  expect(again.json().id).toBe(first.json().id);
});

it.each(CREATES)('%s: the same key with another body is refused, and makes nothing', async (url, body) => {
  await ask(url, 'k-1', body(false));
  const before = await on.store.headOfLog();
  const other = await ask(url, 'k-1', body(true));
  expect(other.json()).toMatchObject({
    status: 409,
    type: 'urn:lcm:problem:conflict',
    errors: [{ pointer: '/headers/idempotency-key' }],
  });
  expect(await on.store.headOfLog()).toBe(before);
});

it('many at once with one key make one', async () => {
  const body = { definition: { name: 'two-routers' }, ...slot(2) };
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/api/v1/sessions', 'k-1', body)));
  expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
  expect((await on.admin.sessions.list({})).items).toHaveLength(1);
});

it('a key is free again where its request was refused', async () => {
  const wrong = { definition: { name: 'none' }, ...slot(2) };
  expect((await ask('/api/v1/sessions', 'k-1', wrong)).statusCode).toBe(404);
  const right = { definition: { name: 'two-routers' }, ...slot(2) };
  expect((await ask('/api/v1/sessions', 'k-1', right)).statusCode).toBe(201);
});

it('a key means one thing for each operation', async () => {
  expect((await ask('/api/v1/workers', 'k-1', { templateId: 'big' })).statusCode).toBe(201);
  expect((await ask('/api/v1/tasks', 'k-1', { title: 'Look here' })).statusCode).toBe(201);
});
