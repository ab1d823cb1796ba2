import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
});
afterEach(() => on.stop());

const get = (url: string, headers: Record<string, string> = {}) =>
  on.plane.app.inject({ method: 'GET', url, headers });

it('who has the same already is told so, until something changes', async () => {
  const session = await scene.book(2);
  for (const url of [`/api/v1/sessions/${session.id}`, '/api/v1/sessions', '/api/v1/settings']) {
    const etag = String((await get(url)).headers['etag']);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(url, { 'if-none-match': known });
      expect([again.statusCode, again.payload, again.headers['etag']]).toEqual([304, '', etag]);
    }
    expect((await get(url, { 'if-none-match': '"other"' })).statusCode).toBe(200);
  }
  const url = `/api/v1/sessions/${session.id}`;
  const etag = String((await get(url)).headers['etag']);
  await on.admin.sessions.hold({ params: { id: session.id }, body: {} });
  expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(200);
});

it('the tag of what was read holds a change to it', async () => {
  const session = await scene.book(2);
  const url = `/api/v1/sessions/${session.id}`;
  const etag = String((await get(url)).headers['etag']);
  const hold = () =>
    on.plane.app.inject({
      method: 'POST',
      url: `${url}/hold`,
      headers: { 'content-type': 'application/json', 'if-match': etag },
      payload: '{}',
    });
  expect((await hold()).statusCode).toBe(200);
  expect((await hold()).statusCode).toBe(412);
});

it('another choice of fields is another answer', async () => {
  const { id } = await scene.book(2);
  const [whole, some] = [await get(`/api/v1/sessions/${id}`), await get(`/api/v1/sessions/${id}?fields=id`)];
  expect(some.json()).toEqual({ id });
  expect(some.headers['etag']).not.toBe(whole.headers['etag']);
});

it('every read gives each of its fields alone, and names what it does not have', async () => {
  const worker = await scene.worker();
  const session = await scene.book(2);
  await scene.place(session, worker.id);
  const ids = [worker.id, session.id, 'two-routers@1.0.0', 'small'];
  let tried = 0;
  for (const { method, path, query } of readsOf(publicContract)) {
    if (Object.keys(query?.shape ?? {}).some((name) => !query?.shape[name]?.safeParse(undefined).success))
      continue;
    for (const id of path.includes('/:id') ? ids : ['']) {
      const url = path.replace(/:\w+/, encodeURIComponent(id));
      const whole = await get(url);
      if (whole.statusCode !== 200) continue;
      const { items } = whole.json();
      for (const name of Object.keys((Array.isArray(items) ? items[0] : whole.json()) ?? {})) {
        const answer = await get(`${url}?fields=${name}`);
        expect(answer.statusCode, `${method} ${url} ${name}: ${answer.payload}`).toBe(200);
        const shown = answer.json().items ?? [answer.json()];
        for (const one of shown) expect(Object.keys(one).filter((key) => key !== name)).toEqual([]);
        tried += 1;
      }
      const wrong = await get(`${url}?fields=nothingOfThatName`);
      if (wrong.statusCode !== 200) expect(wrong.json().errors).toMatchObject([{ pointer: '/query/fields' }]);
    }
  }
  expect(tried).toBeGreaterThan(100);
});

function readsOf(part: Contract): Endpoint[] {
  const all = Object.values(part).flatMap((member) => (isEndpoint(member) ? [member] : readsOf(member)));
  return all.filter(({ method }) => method === 'GET');
}
