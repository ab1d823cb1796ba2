import { taskId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { asCaller, callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane({ authenticate: testCallers });
});
afterEach(() => on.stop());

const as = (caller: ReturnType<typeof callerOf>) => clientAs(caller, on.plane.fetch).tasks;
const admin = callerOf('admin', 'root');
const max = callerOf('manager', 'max', 'ccie');
const mia = callerOf('manager', 'mia', 'ccna');
const ann = callerOf('user', 'ann', 'ccie');
const body = { title: 'Look at rack 4', department: 'ccie' };

async function raisedBySystem(id: string) {
  const raise = { type: 'raise' as const, id: taskId.parse(id), title: 'A seat is lost', description: '' };
  const about = { kind: 'worker', id: 'w-1' };
  await clientAs(callerOf('controller', 'worker-controller'), on.plane.fetch).internal.tasks.command({
    params: { id },
    body: { command: { ...raise, priority: 'high', about } },
  });
}

it('a task is raised, put right, given to somebody, discussed and done', async () => {
  const { id } = await as(max).create({
    body: { title: 'Look at rack 4', dueAt: '2030-01-02T00:00:00.000Z' },
  });
  const params = { id };
  expect(await as(max).get({ params })).toMatchObject({
    status: 'OPEN',
    department: 'ccie',
    priority: 'normal',
  });
  await as(max).update({ params, body: { priority: 'urgent', dueAt: null } });
  await as(max).assign({ params, body: { assignee: 'ann' } });
  await as(ann).comment({ params, body: { text: 'a fan is broken' } });
  const done = await as(ann).close({ params });
  expect(done).toMatchObject({
    status: 'DONE',
    priority: 'urgent',
    assignee: 'ann',
    closedBy: 'ann',
    comments: [{ by: 'ann', text: 'a fan is broken' }],
  });
  expect(done).not.toHaveProperty('dueAt');
});

it('the same key raises one task and makes one comment', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  const [one, same] = [await as(max).create({ body, headers }), await as(max).create({ body, headers })];
  expect(same.id).toBe(one.id);
  const params = { id: one.id };
  for (const _ of [1, 2]) await as(max).comment({ params, body: { text: 'hello' }, headers });
  expect((await as(max).get({ params })).comments).toHaveLength(1);
});

it('managers have the tasks of their own department, others those assigned to them', async () => {
  const { id } = await as(admin).create({ body: { ...body, assignee: 'ann' } });
  await raisedBySystem('t-system');
  const ids = async (caller: typeof admin) => (await as(caller).list()).items.map((item) => item.id).sort();
  expect(await ids(admin)).toEqual([id, 't-system'].sort());
  expect([await ids(max), await ids(ann), await ids(mia)]).toEqual([[id], [id], []]);
  expect(await ids(callerOf('manager', 'nobody'))).toEqual([]);
  const params = { id };
  const tries = [
    () => as(mia).get({ params }),
    () => as(mia).close({ params }),
    () => as(mia).assign({ params, body: { assignee: 'mia' } }),
    () => as(mia).update({ params, body: { title: 'mine' } }),
    () => as(callerOf('user', 'bob', 'ccie')).comment({ params, body: { text: 'x' } }),
  ];
  for (const refused of tries) await expect(refused()).rejects.toMatchObject({ code: 'notFound' });
});

it('managers put tasks into no department but their own', async () => {
  await expect(as(mia).create({ body })).rejects.toMatchObject({ code: 'forbidden' });
  const { id } = await as(max).create({ body });
  const moves = [{ department: 'ccna' }, { department: null }];
  for (const move of moves)
    await expect(as(max).update({ params: { id }, body: move })).rejects.toMatchObject({ code: 'forbidden' });
  expect((await as(admin).update({ params: { id }, body: { department: 'ccna' } })).department).toBe('ccna');
});

it('a list is narrowed by what is asked, inside what the caller sees', async () => {
  await as(admin).create({ body: { ...body, priority: 'high', about: { kind: 'session', id: 's-1' } } });
  await as(admin).create({ body: { ...body, department: 'ccna', assignee: 'ann' } });
  const count = async (caller: typeof admin, query: object) =>
    (await as(caller).list({ query })).items.length;
  expect(await count(admin, { priority: 'high' })).toBe(1);
  expect(await count(admin, { aboutKind: 'session', aboutId: 's-1' })).toBe(1);
  expect(await count(admin, { status: 'in_progress' })).toBe(1);
  expect(await count(admin, { department: 'ccna', status: 'OPEN' })).toBe(0);
  expect(await count(max, { department: 'ccna' })).toBe(0);
  expect(await count(ann, { assignee: 'root' })).toBe(0);
});

it('admins delete, and what the system waits for is closed first', async () => {
  const { id } = await as(max).create({ body });
  await expect(as(max).delete({ params: { id } })).rejects.toMatchObject({ code: 'forbidden' });
  await as(admin).delete({ params: { id } });
  await expect(as(admin).get({ params: { id } })).rejects.toMatchObject({ code: 'notFound' });
  await raisedBySystem('t-system');
  const params = { id: taskId.parse('t-system') };
  await expect(as(admin).delete({ params })).rejects.toMatchObject({ code: 'conflict' });
  await as(admin).close({ params });
  await as(admin).delete({ params });
  await raisedBySystem('t-system');
  expect((await as(admin).list()).items).toEqual([]);
});

it('what nobody may say of a task is refused', async () => {
  const ask = (payload: object) =>
    on.plane.app.inject({ method: 'POST', url: '/api/v1/tasks', headers: asCaller(admin), payload });
  for (const more of [{ byHand: false }, { status: 'DONE' }, { createdBy: 'max' }, { id: 't-mine' }])
    expect((await ask({ ...body, ...more })).statusCode).toBe(400);
});

it('the former paths lead to the same tasks', async () => {
  const { id } = await as(admin).create({ body });
  const answer = await on.plane.app.inject({
    method: 'GET',
    url: `/api/tasks/${id}`,
    headers: asCaller(max),
  });
  expect(answer.json()).toMatchObject({ id, title: body.title });
});
