import type { SessionView } from '@lcm/core/api/sessions.ts';
import { placementId, sessionId, type WorkerId, workerId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { FailingStore } from '../failing-store.fixture.ts';
import { DECISION, sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
const failing = new FailingStore();
beforeEach(async () => {
  failing.recover();
  on = await startTestPlane({ seenStore: (store) => failing.over(store) });
  scene = sceneOn(on);
  await scene.definition();
});
afterEach(() => on.stop());

const item = (session: Pick<SessionView, 'id'>, worker: WorkerId, expectedVersion?: number) => ({
  sessionId: session.id,
  placementId: placementId.parse(`p-${session.id}`),
  workerId: worker,
  decision: DECISION,
  ...(expectedVersion === undefined ? {} : { expectedVersion }),
});
const place = async (...items: ReturnType<typeof item>[]) =>
  (await on.controller.internal.place({ body: { items } })).items;
const stateOf = async (session: SessionView) =>
  (await on.controller.internal.sessions.get({ params: { id: session.id } })).state;

describe('a batch of placements', () => {
  it('is settled one by one: what cannot be placed holds up nothing else and leaves no trace', async () => {
    const worker = await scene.worker();
    const [first, clashing, later, held] = await Promise.all([
      scene.book(2),
      scene.book(2),
      scene.book(8),
      scene.book(12),
    ]);
    await on.admin.sessions.hold({ params: { id: held.id }, body: {} });
    const stale = await scene.book(16);
    const gone = { id: sessionId.parse('s-nobody') };
    const outcomes = await place(
      item(first, worker.id),
      item(clashing, worker.id),
      item(later, worker.id),
      item(held, worker.id),
      item(stale, worker.id, 7),
      item(gone, worker.id),
    );
    expect(outcomes.map(({ status, code }) => code ?? status)).toEqual([
      'done',
      'doesNotFit',
      'done',
      'conflict',
      'staleVersion',
      'notFound',
    ]);
    expect((await scene.reservations(worker.id)).map((one) => one.sessionId).sort()).toEqual(
      [first.id, later.id].sort(),
    );
    for (const refused of [clashing, held, stale]) {
      const state = await stateOf(refused);
      expect(state).toMatchObject({ status: 'PENDING', releases: [], placements: 0 });
      expect(state).not.toHaveProperty('proposal');
    }
  });

  it('reserves on one worker in the order of the batch', async () => {
    const worker = await scene.worker();
    const sessions = await Promise.all([scene.book(2), scene.book(2), scene.book(2)]);
    const outcomes = await place(...sessions.map((session) => item(session, worker.id)));
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'refused', 'refused']);
  });

  it('takes three commits, however many sessions go to however few workers', async () => {
    const worker = await scene.worker();
    const sessions = await Promise.all(Array.from({ length: 20 }, (_, index) => scene.book(2 + index * 2)));
    failing.failAfter(3);
    const outcomes = await place(...sessions.map((session) => item(session, worker.id)));
    expect(outcomes.every(({ status }) => status === 'done')).toBe(true);
  });

  it('is refused as a whole where it names a session twice', async () => {
    const worker = await scene.worker();
    const session = await scene.book(2);
    await expect(place(item(session, worker.id), item(session, worker.id))).rejects.toMatchObject({
      code: 'rule',
      fields: [{ pointer: '/items/1/sessionId' }],
    });
    expect(await scene.reservations(worker.id)).toEqual([]);
  });

  it('may be sent again when its answer was lost', async () => {
    const worker = await scene.worker();
    const session = await scene.book(2);
    const { version } = await scene.session(session.id);
    await place(item(session, worker.id, version));
    expect(await place(item(session, worker.id))).toEqual([{ sessionId: session.id, status: 'done' }]);
    expect(await place(item(session, worker.id, version))).toMatchObject([{ code: 'staleVersion' }]);
    expect(await stateOf(session)).toMatchObject({ status: 'SCHEDULED', releases: [] });
    expect(await scene.reservations(worker.id)).toHaveLength(1);
  });

  it('does not go to a worker without a ledger', async () => {
    const session = await scene.book(2);
    expect(await place(item(session, workerId.parse('w-nowhere')))).toMatchObject([{ code: 'notFound' }]);
    expect(await stateOf(session)).not.toHaveProperty('proposal');
  });
});

describe('a crash within a batch', () => {
  it.each([
    ['after the intents', 1, 0],
    ['after the reservations', 2, 1],
  ])('%s leaves an intent that the same batch completes', async (_when, commits, reserved) => {
    const worker = await scene.worker();
    const session = await scene.book(2);
    failing.failAfter(commits);
    await expect(place(item(session, worker.id))).rejects.toMatchObject({ code: 'unavailable' });
    failing.recover();
    expect(await stateOf(session)).toMatchObject({ status: 'PENDING', proposal: { workerId: worker.id } });
    expect(await scene.reservations(worker.id)).toHaveLength(reserved);
    expect(await place(item(session, worker.id))).toMatchObject([{ status: 'done' }]);
    expect(await scene.reservations(worker.id)).toHaveLength(1);
  });

  it('leaves an intent that can be withdrawn; the late confirmation is refused', async () => {
    const worker = await scene.worker();
    const session = await scene.book(2);
    failing.failAfter(2);
    await expect(place(item(session, worker.id))).rejects.toMatchObject({ code: 'unavailable' });
    failing.recover();
    const { placementId: id } = item(session, worker.id);
    await scene.step(session, { type: 'withdrawProposal', placementId: id });
    const confirm = { type: 'confirmPlacement' as const, placementId: id, by: 'test' };
    await expect(scene.commands.execute('session', session.id, confirm)).rejects.toMatchObject({
      code: 'conflict',
    });
    const release = { sessionId: session.id, placementId: id, workerId: worker.id };
    await on.controller.internal.releasePlacements({ body: { items: [release] } });
    expect(await scene.reservations(worker.id)).toEqual([]);
    expect(await stateOf(session)).toMatchObject({ status: 'PENDING', releases: [] });
  });
});

describe('giving placements back', () => {
  it('twice changes nothing more', async () => {
    const worker = await scene.worker();
    const session = await scene.book(2);
    await place(item(session, worker.id));
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await scene.step(session, { type: 'markStopped' });
    const items = [
      { sessionId: session.id, placementId: item(session, worker.id).placementId, workerId: worker.id },
    ];
    const release = async () => (await on.controller.internal.releasePlacements({ body: { items } })).items;
    expect(await release()).toEqual([{ sessionId: session.id, status: 'done' }]);
    const head = await on.store.headOfLog();
    expect(await release()).toEqual([{ sessionId: session.id, status: 'done' }]);
    expect(await on.store.headOfLog()).toBe(head);
  });

  it('refuses what its session still claims, and what is another session’s', async () => {
    const worker = await scene.worker();
    const [session, other] = [await scene.book(2), await scene.book(8)];
    await place(item(session, worker.id), item(other, worker.id));
    const { placementId: id } = item(session, worker.id);
    const items = [session, other].map((one) => ({
      sessionId: one.id,
      placementId: id,
      workerId: worker.id,
    }));
    const { items: outcomes } = await on.controller.internal.releasePlacements({ body: { items } });
    expect(outcomes.map(({ code }) => code)).toEqual(['conflict', 'conflict']);
    expect(await scene.reservations(worker.id)).toHaveLength(2);
  });
});
