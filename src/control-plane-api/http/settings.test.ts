import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane({
    settingDefaults: { labLeadSeconds: 15, idleDetection: { timeoutSeconds: 300 } },
  });
});
afterEach(() => on.stop());

const ifMatch = (version: number) => ({ headers: { 'if-match': `"${version}"` } });
const refusalOf = async (work: Promise<unknown>): Promise<Refusal> => {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof Refusal) return error;
  throw new Error(`not refused, but ${String(error)}`);
};

it('what is stored wins over the environment, and the environment over the default', async () => {
  expect(await on.admin.settings.get()).toMatchObject({
    labLeadSeconds: 15,
    workerLeadSeconds: 1_200,
    version: 0,
  });
  const changed = await on.admin.settings.change({ body: { labLeadSeconds: 60 } });
  expect(changed).toMatchObject({ labLeadSeconds: 60, version: 1 });
  expect(await on.admin.settings.get()).toEqual(changed);
});

it('a change within a group leaves the rest of the group as it is', async () => {
  const { idleDetection } = await on.admin.settings.change({ body: { idleDetection: { enabled: false } } });
  expect(idleDetection).toEqual({ enabled: false, timeoutSeconds: 300 });
});

it('a value that is given up falls back to what holds without it, and so does a whole group', async () => {
  await on.admin.settings.change({
    body: { labLeadSeconds: 60, login: { idleSeconds: 900, absoluteSeconds: 9_000 } },
  });
  const reset = (name: string) => on.admin.settings.reset({ params: { name } });
  expect(await reset('labLeadSeconds')).toMatchObject({ labLeadSeconds: 15, version: 2 });
  expect((await reset('login.idleSeconds')).login).toMatchObject({
    idleSeconds: 1_800,
    absoluteSeconds: 9_000,
  });
  expect((await reset('login')).login).toMatchObject({ idleSeconds: 1_800, absoluteSeconds: 36_000 });
  expect(await reset('login')).toMatchObject({ version: 4 });
  expect(await refusalOf(reset('logon'))).toMatchObject({ code: 'notFound' });
});

it('the schema tells title, unit, bounds, what a reset comes to, and where the value in force is from', async () => {
  await on.admin.settings.change({ body: { labLeadSeconds: 60, login: { idleSeconds: 900 } } });
  const { properties } = await on.admin.settings.schema();
  expect(properties).toMatchObject({
    labLeadSeconds: {
      type: 'integer',
      title: 'Lead of a lab',
      'x-unit': 'seconds',
      minimum: 0,
      maximum: 86_400,
      default: 15,
      'x-source': 'store',
    },
    workerLeadSeconds: { default: 1_200, 'x-source': 'default' },
    idleDetection: {
      properties: {
        enabled: { default: true, 'x-source': 'default' },
        timeoutSeconds: { default: 300, 'x-source': 'environment' },
      },
    },
    login: { properties: { idleSeconds: { default: 1_800, 'x-source': 'store' } } },
    maxSessionsPerOwner: { default: null, anyOf: [{ type: 'integer' }, { type: 'null' }] },
  });
});

it('a change to settings that have changed meanwhile is refused, and changes nothing', async () => {
  await on.admin.settings.change({ body: { labLeadSeconds: 60 }, ...ifMatch(0) });
  await on.admin.settings.change({ body: { labLeadSeconds: 70 }, ...ifMatch(1) });
  for (const version of [0, 1, 3]) {
    const late = on.admin.settings.change({ body: { labLeadSeconds: 80 }, ...ifMatch(version) });
    expect(await refusalOf(late)).toMatchObject({ code: 'staleVersion', facts: { version: 2 } });
  }
  const lateReset = on.admin.settings.reset({ params: { name: 'labLeadSeconds' }, ...ifMatch(1) });
  expect(await refusalOf(lateReset)).toMatchObject({ code: 'staleVersion' });
  expect((await on.admin.settings.get()).labLeadSeconds).toBe(70);
});

it('changes at the same time all happen where nobody asked for a version', async () => {
  const names = ['minWarmWorkers', 'labLeadSeconds', 'teardownSeconds', 'snoozeSeconds'] as const;
  await Promise.all(names.map((name) => on.admin.settings.change({ body: { [name]: 7 } })));
  expect(await on.admin.settings.get()).toMatchObject(Object.fromEntries(names.map((name) => [name, 7])));
});

it('values that do not go together are refused with the fields, also where a reset would leave them', async () => {
  const change = (login: { idleSeconds?: number; warningSeconds?: number }) =>
    on.admin.settings.change({ body: { login } });
  expect(await refusalOf(change({ warningSeconds: 1_800 }))).toMatchObject({
    code: 'rule',
    fields: [{ pointer: '/login/warningSeconds', message: 'must be below idleSeconds, 1800' }],
  });
  await change({ idleSeconds: 7_200, warningSeconds: 3_600 });
  const back = on.admin.settings.reset({ params: { name: 'login.idleSeconds' } });
  expect(await refusalOf(back)).toMatchObject({ code: 'rule' });
});

it('unknown and impossible values are refused by name', async () => {
  const send = async (body: object) =>
    on.plane.fetch('/api/v1/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  for (const body of [
    { login: { idle: 1 } },
    { login: { idleSeconds: 1 } },
    { labLeadSeconds: null },
    { constructor: 1 },
  ]) {
    const answer = await send(body);
    expect(answer.status, JSON.stringify(body)).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [expect.anything()] });
  }
});

it('what looks like a secret is refused where a plain text belongs, and is not repeated', async () => {
  const header = Buffer.from('{"alg":"RS256"}').toString('base64url');
  const token = `${header}.${Buffer.from('{"sub":"ada"}').toString('base64url')}.c2lnbmF0dXJl`;
  const refusal = await refusalOf(on.admin.settings.change({ body: { visibility: [{ group: token }] } }));
  expect(refusal).toMatchObject({ code: 'invalid', fields: [{ pointer: '/visibility/0/group' }] });
  expect(refusal.fields[0]?.message).toContain('looks like a secret');
  expect(JSON.stringify([refusal.message, refusal.fields])).not.toContain(token);
});

it('the answer carries the version as ETag, and every change is told with who did it', async () => {
  await on.admin.settings.change({ body: { labLeadSeconds: 60 } });
  await on.admin.settings.reset({ params: { name: 'labLeadSeconds' } });
  const answer = await on.plane.fetch('/api/v1/settings', {});
  expect(answer.headers.get('etag')).toMatch(/^"2\b/);
  const history = await on.store.history('settings', 'default', 0, 10);
  expect(history).toMatchObject([
    { type: 'settings.changed', by: 'admin', data: { values: { labLeadSeconds: 60 } } },
    { type: 'settings.reset', by: 'admin', data: { names: ['labLeadSeconds'] } },
  ]);
});
