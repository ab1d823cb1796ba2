import { placementId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { settleWindow } from './change-timeslot.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
});
afterEach(() => on.stop());

const HOLDS_MS = { lead: 900_000, teardown: 600_000 };
const held = (slot: { start: string; end: string }) => ({
  from: new Date(Date.parse(slot.start) - HOLDS_MS.lead).toISOString(),
  to: new Date(Date.parse(slot.end) + HOLDS_MS.teardown).toISOString(),
});

/** Two sessions on a worker that takes one at a time. */
async function placed(hours: number, otherHours: number) {
  await scene.definition();
  const worker = await scene.worker();
  const [session, other] = [await scene.book(hours), await scene.book(otherHours)];
  for (const one of [session, other])
    expect(await scene.place(one, worker.id)).toMatchObject({ status: 'done' });
  return { worker, session, other };
}

const windowOf = async (workerId: Parameters<typeof scene.reservations>[0], sessionId: string) =>
  (await scene.reservations(workerId)).filter((one) => one.sessionId === sessionId);

describe('extending a session', () => {
  it('holds the worker longer', async () => {
    const { worker, session } = await placed(2, 10);
    const longer = await on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 1_800 } });
    expect(longer.timeslot.end).toBe(scene.at(3.5));
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(longer.timeslot)]);
  });

  it('names the booking in the way, and changes nothing', async () => {
    const { worker, session, other } = await placed(2, 4);
    const before = [await scene.session(session.id), await scene.reservations(worker.id)];
    const extending = on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 7_200 } });
    await expect(extending).rejects.toMatchObject({
      code: 'doesNotFit',
      facts: { sessionId: other.id },
      message: expect.stringContaining(other.id),
    });
    expect([await scene.session(session.id), await scene.reservations(worker.id)]).toEqual(before);
  });

  it('works while the session is built and while it runs', async () => {
    const { worker, session } = await placed(1, 10);
    await scene.makeReady(session, worker.id);
    await on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 600 } });
    await scene.step(session, { type: 'markRunning' });
    const after = await on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 600 } });
    expect(after).toMatchObject({ status: 'RUNNING', timeslot: { end: scene.at(2 + 1 / 3) } });
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(after.timeslot)]);
  });

  it('shortens too, and tells the ledger what is free again', async () => {
    const { worker, session } = await placed(2, 10);
    const shorter = await on.admin.sessions.extend({
      params: { id: session.id },
      body: { end: scene.at(2.5) },
    });
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(shorter.timeslot)]);
  });

  it('is refused on an older version, and to a session that is over', async () => {
    const { worker, session } = await placed(2, 10);
    const stale = on.admin.sessions.extend({
      params: { id: session.id },
      body: { seconds: 600 },
      headers: { 'if-match': '"1"' },
    });
    await expect(stale).rejects.toMatchObject({ code: 'staleVersion' });
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    const late = on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 600 } });
    await expect(late).rejects.toMatchObject({ code: 'illegalTransition' });
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(session.timeslot)]);
  });

  it('many times at once, also while a pipeline writes, leaves session and ledger agreed', async () => {
    const { worker, session } = await placed(1, 40);
    await scene.makeReady(session, worker.id);
    const ends = [2.5, 3, 2.25, 4, 2.75, 3.5];
    const changes = ends.map((hours) =>
      on.admin.sessions.extend({ params: { id: session.id }, body: { end: scene.at(hours) } }),
    );
    const evidence = ends.map((hours) =>
      scene.step(session, { type: 'recordEvidence', evidenceKey: `sha256-${hours}` }),
    );
    await Promise.all([...changes, ...evidence]);
    const after = await scene.session(session.id);
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(after.timeslot)]);
  });
});

describe('rescheduling a session', () => {
  it('by a little moves its reservation, though nothing else would fit beside it', async () => {
    const { worker, session } = await placed(2, 10);
    const body = { start: scene.at(2.5), end: scene.at(3.5) };
    const moved = await on.admin.sessions.reschedule({ params: { id: session.id }, body });
    expect(moved.timeslot).toMatchObject(body);
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(body)]);
  });

  it('to another day needs nothing of the time between', async () => {
    const { worker, session } = await placed(2, 10);
    const body = { start: scene.at(30), end: scene.at(31), reason: 'the candidate is ill' };
    const moved = await on.admin.sessions.reschedule({ params: { id: session.id }, body });
    expect(moved).toMatchObject({ status: 'SCHEDULED', timeslot: { start: body.start, end: body.end } });
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(body)]);
    const { state } = await on.controller.internal.sessions.get({ params: { id: session.id } });
    expect(state.releases).toEqual([]);
    const history = await on.store.history('session', session.id, 0, 100);
    expect(history.find(({ type }) => type === 'session.timeslot.changed')?.data).toMatchObject({
      by: 'admin',
      reason: body.reason,
    });
  });

  it('to where another is, is refused by name and leaves everything as it was', async () => {
    const { worker, session, other } = await placed(2, 10);
    const before = await scene.reservations(worker.id);
    const body = { start: scene.at(10), end: scene.at(11) };
    await expect(on.admin.sessions.reschedule({ params: { id: session.id }, body })).rejects.toMatchObject({
      code: 'doesNotFit',
      facts: { sessionId: other.id },
    });
    expect(await scene.reservations(worker.id)).toEqual(before);
    const { state } = await on.controller.internal.sessions.get({ params: { id: session.id } });
    expect(state).toMatchObject({ timeslot: session.timeslot, status: 'SCHEDULED', releases: [] });
    expect(state).not.toHaveProperty('proposal');
  });

  it('is no way to a longer slot than the definition allows, nor into the past', async () => {
    const { session } = await placed(2, 10);
    const move = (start: number, end: number) =>
      on.admin.sessions.reschedule({
        params: { id: session.id },
        body: { start: scene.at(start), end: scene.at(end) },
      });
    await expect(move(2, 6)).rejects.toMatchObject({ code: 'rule', fields: [{ pointer: '/end' }] });
    await expect(move(-1, 1)).rejects.toMatchObject({ code: 'rule', fields: [{ pointer: '/start' }] });
    await expect(move(3, 3)).rejects.toMatchObject({ code: 'rule', fields: [{ pointer: '/end' }] });
  });

  it('is refused once the slot has begun', async () => {
    const { worker, session } = await placed(1, 10);
    await scene.makeReady(session, worker.id);
    const body = { start: session.timeslot.start, end: scene.at(3) };
    await expect(on.admin.sessions.reschedule({ params: { id: session.id }, body })).rejects.toMatchObject({
      code: 'illegalTransition',
    });
  });

  it('is refused while the session is being placed, for what is being reserved is for its old slot', async () => {
    await scene.definition();
    const worker = await scene.worker();
    const session = await scene.book(2);
    const placing = scene.place(session, worker.id);
    const body = { start: scene.at(5), end: scene.at(6) };
    const moving = on.admin.sessions.reschedule({ params: { id: session.id }, body }).catch(() => undefined);
    await Promise.all([placing, moving]);
    const after = await scene.session(session.id);
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(after.timeslot)]);
  });
});

describe('a crash while a slot changes', () => {
  it('after the ledger was asked leaves more held than needed, until the session changes again', async () => {
    const { worker, session } = await placed(2, 10);
    const { version } = await scene.session(session.id);
    const wide = held({ start: session.timeslot.start, end: scene.at(5) });
    await scene.commands.execute('worker-ledger', worker.id, {
      type: 'widen',
      placementId: placementId.parse(`p-${session.id}`),
      ...wide,
      sessionVersion: version,
      by: 'test',
    });
    await settleWindow({ store: on.store, commands: scene.commands }, session.id, 'test');
    expect(await windowOf(worker.id, session.id)).toMatchObject([wide]);
    const after = await on.admin.sessions.extend({ params: { id: session.id }, body: { seconds: 60 } });
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(after.timeslot)]);
  });

  it('after the session has changed is made good from the log', async () => {
    const { worker, session } = await placed(2, 10);
    await scene.commands.execute('session', session.id, {
      type: 'changeTimeslot',
      timeslot: { ...session.timeslot, end: scene.at(2.5) },
      by: 'test',
    });
    await on.clock.advance(2_000);
    const after = await scene.session(session.id);
    expect(await windowOf(worker.id, session.id)).toMatchObject([held(after.timeslot)]);
  });
});
