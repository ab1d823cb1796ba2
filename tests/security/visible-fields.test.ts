import { afterAll, beforeAll, expect, it } from 'vitest';
import { MARKERS, openScene, type Scene } from './access-scene.ts';
import { aimsOf, OPERATIONS, requestFor } from './operations.ts';
import type { Persona } from './personas.ts';
import { markersIn, READ_BY, READERS } from './readers.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  scene.freeze();
});
afterAll(() => scene.stop());

const ask = (persona: Persona, url: string) =>
  scene.plane.app.inject({ method: 'GET', url, headers: scene.personas[persona].headers });

/** Everything that anybody is answered, whatever they try. */
async function everythingTold(persona: Persona): Promise<string> {
  const told: string[] = [];
  for (const operation of OPERATIONS.filter(({ name }) => !name.endsWith('stream')))
    for (const aim of aimsOf(operation, scene)) {
      const { headers, ...request } = requestFor(operation, aim, scene);
      const all = { ...headers, ...scene.personas[persona].headers };
      told.push((await scene.plane.app.inject({ ...request, headers: all })).payload);
    }
  return told.join('\n');
}

it.each(READERS)(
  '%s reads of what is for some only what is for them, by no operation more',
  async (persona) => {
    const declared = Object.entries(READ_BY).filter(([, readers]) => readers.includes(persona));
    expect(markersIn(await everythingTold(persona))).toEqual(declared.map(([name]) => name));
  },
);

it('a manager reads who the candidates of their own department are, and no others’', async () => {
  const { cys, others } = scene.things['/api/v1/sessions'] ?? {};
  const told = async (id: string | undefined) => (await ask('manager', `/api/v1/sessions/${id}`)).payload;
  expect(await told(cys)).toContain(MARKERS.candidate);
  expect(await told(others)).not.toContain(MARKERS.candidate);
  const history = (await ask('manager', `/api/v1/sessions/${others}/history`)).payload;
  expect(history).not.toContain(MARKERS.candidate);
});

it('whose a session is, is for those who may read who the candidate is, however it is asked for', async () => {
  const { others = '' } = scene.things['/api/v1/sessions'] ?? {};
  const asked = async (persona: Persona) => {
    const told = [`/api/v1/sessions/${others}`, '/api/v1/sessions', `/api/v1/sessions/${others}/history`];
    const texts = await Promise.all(told.map(async (url) => (await ask(persona, url)).payload));
    const oracles = ['q=marked-owner', 'ownerKey=external%3Amarked-owner'].map(
      async (query) => (await ask(persona, `/api/v1/sessions?${query}`)).json().items.length,
    );
    return [...texts.map((text) => text.includes('marked-owner')), ...(await Promise.all(oracles))];
  };
  expect(await asked('admin')).toEqual([true, true, true, 1, 1]);
  for (const persona of ['user', 'lab-author', 'manager', 'manager of the west'] as const)
    expect([persona, ...(await asked(persona))]).toEqual([persona, false, false, false, 0, 0]);
});

/** Resources of which things are listed as well as read one by one. */
const LISTED = OPERATIONS.filter(
  ({ method, path }) =>
    method === 'GET' &&
    path.startsWith('/api/v1/') &&
    OPERATIONS.some((one) => one.method === 'GET' && one.path === `${path}/:id`),
).map(({ path }) => path);

it.each(LISTED)('%s lists to everybody exactly what they may read one by one', async (path) => {
  const things = Object.values(scene.things[path] ?? {});
  for (const persona of READERS.filter((one) => scene.personas[one].isKnown)) {
    const list = await ask(persona, path);
    const listed = list.json<{ items?: { id: string }[] }>().items?.map(({ id }) => id) ?? [];
    const read: string[] = [];
    for (const id of new Set([...things, ...listed]))
      if ((await ask(persona, `${path}/${id}`)).statusCode === 200) read.push(id);
    expect([persona, listed.sort()]).toEqual([persona, read.sort()]);
  }
});

it('has things of every resource that is listed, but for what the first message makes', () => {
  const without = LISTED.filter((path) => !(path in scene.things));
  expect(without).toEqual(['/api/v1/notifications/definition-subscriptions']);
});

it('a filter finds nothing that the list would not show', async () => {
  const { caller } = scene.personas.user;
  const ofAnn = encodeURIComponent(`${caller.issuer}|${caller.subject}`);
  const sessions = await ask('candidate', `/api/v1/sessions?ownerKey=${ofAnn}`);
  expect(sessions.json()).toEqual({ items: [] });
  const tasks = await ask('manager', '/api/v1/tasks?department=ccna');
  expect(tasks.json()).toEqual({ items: [] });
});

it('counts what the list would show', async () => {
  const counted = async (persona: Persona) => {
    const { sessions, workers, openTasks } = (await ask(persona, '/api/v1/system/status')).json();
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0);
    return [sum(sessions), sum(workers), openTasks];
  };
  expect(await counted('admin')).toEqual([3, 2, 3]);
  expect(await counted('manager')).toEqual([3, 2, 1]);
  expect(await counted('manager of the west')).toEqual([2, 1, 1]);
  expect(await counted('user')).toEqual([3, 2, 1]);
});

it('explains a placement by those workers only that the reader sees', async () => {
  const { others } = scene.things['/api/v1/sessions'] ?? {};
  const { east, west } = scene.things['/api/v1/workers'] ?? {};
  const explained = async (persona: Persona) =>
    (await ask(persona, `/api/v1/sessions/${others}/explanation`))
      .json<{ workers: { workerId: string }[] }>()
      .workers.map(({ workerId }) => workerId)
      .sort();
  expect(await explained('manager')).toEqual([east, west].sort());
  expect(await explained('manager of the west')).toEqual([west]);
});

it('tells of workers that were weighed for a session to those only who see them', async () => {
  const { others = '' } = scene.things['/api/v1/sessions'] ?? {};
  const { east = '' } = scene.things['/api/v1/workers'] ?? {};
  const told = async (persona: Persona) => {
    const paths = [`/api/v1/sessions/${others}`, `/api/v1/sessions/${others}/history`, '/api/v1/sessions'];
    const texts = await Promise.all(paths.map(async (path) => (await ask(persona, path)).payload));
    return texts.map((text) => text.includes(east));
  };
  expect(await told('user')).toEqual([true, true, true]);
  expect(await told('manager of the west')).toEqual([false, false, false]);
});
