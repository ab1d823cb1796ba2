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

const places = async (...ids: string[]) => {
  await on.clock.advance(1);
  return Promise.all(ids.map(async (id) => (await scene.session(id)).standing?.queuePlace));
};

it('sessions stand in the queue by start, then by when they were booked', async () => {
  const late = await scene.book(6);
  const early = await scene.book(2);
  await on.clock.advance(10);
  const second = await scene.book(2, { start: early.timeslot.start, end: early.timeslot.end });
  expect(await places(early.id, second.id, late.id)).toEqual([1, 2, 3]);
});

it('a booking’s answer has its place already', async () => {
  const [first, second] = [await scene.book(4), await scene.book(2)];
  expect([first.standing?.queuePlace, second.standing?.queuePlace]).toEqual([1, 1]);
  expect((await scene.book(8)).standing?.queuePlace).toBe(3);
});

it('those on hold, placed, ended or moved leave their place to the others', async () => {
  const [a, b, c, d] = [await scene.book(2), await scene.book(3), await scene.book(4), await scene.book(5)];
  expect(await places(a.id, b.id, c.id, d.id)).toEqual([1, 2, 3, 4]);
  await on.admin.sessions.hold({ params: { id: a.id }, body: {} });
  expect(await places(a.id, b.id, c.id, d.id)).toEqual([undefined, 1, 2, 3]);
  await on.admin.sessions.unhold({ params: { id: a.id }, body: {} });
  await scene.place(b, (await scene.worker()).id);
  expect(await places(a.id, b.id, c.id, d.id)).toEqual([1, undefined, 2, 3]);
  const body = { start: scene.at(9), end: scene.at(10) };
  await on.admin.sessions.reschedule({ params: { id: a.id }, body });
  await on.admin.sessions.cancel({ params: { id: c.id }, body: {} });
  expect(await places(a.id, b.id, c.id, d.id)).toEqual([2, undefined, undefined, 1]);
});

it('the queue is known again after a restart', async () => {
  const [first, second] = [await scene.book(2), await scene.book(3)];
  await on.plane.stop();
  const next = await startTestPlane({ clock: on.clock, store: on.store });
  const shown = await next.admin.sessions.get({ params: { id: second.id } });
  expect([first.standing?.queuePlace, shown.standing?.queuePlace]).toEqual([1, 2]);
  await next.stop();
});
