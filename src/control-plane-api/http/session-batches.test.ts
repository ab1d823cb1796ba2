import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { asCaller, callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
});
afterEach(() => on.stop());

it('does to each what can be done, in the order asked for, and tells of each why not', async () => {
  const [one, two, three] = [await scene.book(2), await scene.book(2), await scene.book(2)];
  await on.admin.sessions.cancel({ params: { id: two.id }, body: {} });
  const { done, refused, items } = await on.admin.sessionBatches.act({
    body: {
      action: 'hold',
      reason: 'the room is closed',
      items: [{ id: one.id }, { id: two.id }, { id: 's-none' as never }, { id: three.id, version: 7 }],
    },
  });
  expect([done, refused]).toEqual([1, 3]);
  expect(items).toMatchObject([
    {
      status: 'done',
      session: { id: one.id, onHold: true },
    },
    { status: 'refused', id: two.id, problem: { type: 'urn:lcm:problem:illegalTransition' } },
    { status: 'refused', id: 's-none', problem: { type: 'urn:lcm:problem:notFound', status: 404 } },
    { status: 'refused', id: three.id, problem: { type: 'urn:lcm:problem:staleVersion' } },
  ]);
  expect((await scene.session(three.id)).onHold).toBe(false);
});

it('holds, lets go and extends many', async () => {
  const sessions = [await scene.book(2), await scene.book(3)];
  const items = sessions.map(({ id }) => ({ id }));
  const end = sessions[0]?.timeslot.end ?? '';
  await on.admin.sessionBatches.act({ body: { action: 'hold', items } });
  expect((await scene.session(items[1]?.id ?? '')).onHold).toBe(true);
  await on.admin.sessionBatches.act({ body: { action: 'unhold', items } });
  const { done } = await on.admin.sessionBatches.act({ body: { action: 'extend', seconds: 600, items } });
  expect(done).toBe(2);
  const after = await scene.session(items[0]?.id ?? '');
  expect(Date.parse(after.timeslot.end) - Date.parse(end)).toBe(600_000);
});

it('books many, tells which booking breaks a rule, and books nothing twice', async () => {
  const slot = { start: scene.at(2), end: scene.at(3) };
  const good = { definition: { name: 'two-routers' }, ...slot };
  const body = { items: [good, { definition: { name: 'none' }, ...slot }, good] };
  const headers = { 'idempotency-key': 'exam-day' };
  const first = await on.admin.sessionBatches.book({ body, headers });
  expect(first.items).toMatchObject([
    { status: 'done' },
    { status: 'refused', problem: { type: 'urn:lcm:problem:notFound' } },
    { status: 'done' },
  ]);
  const idsIn = ({ items }: typeof first) =>
    items.flatMap((item) => (item.status === 'done' ? [item.session.id] : []));
  expect(new Set(idsIn(first)).size).toBe(2);
  expect(idsIn(await on.admin.sessionBatches.book({ body, headers }))).toEqual(idsIn(first));
  expect((await on.admin.sessions.list({})).items).toHaveLength(2);
});

it('asks of each action the role that it needs for one, and of each session whose it is', async () => {
  const guarded = await startTestPlane({ store: on.store, authenticate: testCallers });
  const [ann, bob] = [callerOf('user', 'ann'), callerOf('user', 'bob')];
  const [asAnn, asBob] = [clientAs(ann, guarded.plane.fetch), clientAs(bob, guarded.plane.fetch)];
  const slot = { start: scene.at(2), end: scene.at(3) };
  const own = await asAnn.sessions.book({ body: { definition: { name: 'two-routers' }, ...slot } });
  const others = await asBob.sessions.book({ body: { definition: { name: 'two-routers' }, ...slot } });
  const items = [{ id: own.id }, { id: others.id }];
  await expect(asAnn.sessionBatches.act({ body: { action: 'hold', items } })).rejects.toMatchObject({
    code: 'forbidden',
  });
  const cancelled = await asAnn.sessionBatches.act({ body: { action: 'cancel', items } });
  expect(cancelled.items).toMatchObject([
    { status: 'done' },
    { status: 'refused', problem: { type: 'urn:lcm:problem:forbidden' } },
  ]);
  await guarded.stop();
});

it('counts for as many requests as it has items', async () => {
  const guarded = await startTestPlane({ store: on.store, authenticate: testCallers });
  await on.admin.settings.change({ body: { requestsPerMinute: { user: 10 } as never } });
  await guarded.clock.advance(60_000);
  const ask = (items: number) =>
    guarded.plane.app.inject({
      method: 'POST',
      url: '/api/v1/sessions/bulk',
      headers: { 'content-type': 'application/json', ...asCaller(callerOf('user', 'ann')) },
      payload: JSON.stringify({
        action: 'cancel',
        items: Array.from({ length: items }, () => ({ id: 's-1' })),
      }),
    });
  expect((await ask(6)).headers['ratelimit']).toBe('"minute";r=4;t=36');
  expect((await ask(6)).statusCode).toBe(429);
  await guarded.stop();
});

it.each([[[]], [Array.from({ length: 201 }, () => ({ id: 's-1' }))]])(
  'refuses no sessions, and more than it takes at once',
  async (items) => {
    const asked = on.admin.sessionBatches.act({ body: { action: 'cancel', items: items as never } });
    await expect(asked).rejects.toMatchObject({ code: 'invalid' });
  },
);
