import { type WorkerId, workerTemplateId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { FailingStore } from '../failing-store.fixture.ts';
import { sceneOn, TEMPLATE } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
const failing = new FailingStore();
beforeEach(async () => {
  failing.recover();
  on = await startTestPlane({ seenStore: (store) => failing.over(store) });
  scene = sceneOn(on);
  await on.admin.workerTemplates.create({ body: TEMPLATE });
});
afterEach(() => on.stop());

const templateId = workerTemplateId.parse('small');
const scaleUp = (key: string) => on.controller.internal.scaleUp({ body: { key, templateId } });
const admissionOf = async (id: WorkerId) => (await on.admin.workers.ledger({ params: { id } })).admission;

describe('asking for a worker', () => {
  it('with the same key makes one, with a ledger of its capacity', async () => {
    const answers = await Promise.all([scaleUp('k'), scaleUp('k'), scaleUp('k')]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const [worker] = answers;
    expect(await on.store.count('worker')).toBe(1);
    const ledger = await on.admin.workers.ledger({ params: { id: worker?.state.id as WorkerId } });
    expect(ledger).toMatchObject({
      admission: 'open',
      capacity: { cpuCores: 16, memoryGb: 64, sessions: 1 },
    });
  });

  it('at the same instant as others gives each a name of its own', async () => {
    const workers = await Promise.all(['a', 'b', 'c', 'd'].map(scaleUp));
    expect(new Set(workers.map(({ state }) => state.name)).size).toBe(4);
  });

  it.each([1, 2, 3])('goes on where a crash after commit %i left it', async (commits) => {
    failing.failAfter(commits);
    await expect(scaleUp('k')).rejects.toMatchObject({ code: 'unavailable' });
    failing.recover();
    const { state } = await scaleUp('k');
    expect(await admissionOf(state.id)).toBe('open');
    const seats = await on.controller.internal.allowances.get({ params: { id: 'workers/us-east-1' } });
    expect(Object.keys(seats.state.holds)).toEqual([state.id]);
  });

  it('is refused past the region’s maximum; a seat that a crash took is found again', async () => {
    await on.admin.settings.change({ body: { maxWorkersPerRegion: 1 } });
    failing.failAfter(2);
    await expect(scaleUp('lost')).rejects.toMatchObject({ code: 'unavailable' });
    failing.recover();
    await expect(scaleUp('next')).rejects.toMatchObject({ code: 'quota' });
    await on.clock.advance(120_000);
    await scaleUp('next');
    await expect(scaleUp('another')).rejects.toMatchObject({ code: 'quota' });
  });

  it('by hand takes an Idempotency-Key, which stands for that template', async () => {
    const headers = { 'idempotency-key': 'k' };
    const first = await on.admin.workers.create({ body: { templateId }, headers });
    expect((await on.admin.workers.create({ body: { templateId }, headers })).id).toBe(first.id);
    await on.admin.workerTemplates.create({ body: { ...TEMPLATE, name: 'other' } });
    const other = on.admin.workers.create({ body: { templateId: workerTemplateId.parse('other') }, headers });
    await expect(other).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('an action on a worker', () => {
  it('closes the ledger first, and is refused while sessions are promised on it', async () => {
    await scene.definition();
    const worker = await scene.worker();
    await scene.makeRun(worker.id);
    const session = await scene.book(2);
    await scene.place(session, worker.id);
    const stop = (body: object) => on.admin.workers.stop({ params: { id: worker.id }, body });
    await expect(stop({})).rejects.toMatchObject({ code: 'conflict', facts: { sessions: [session.id] } });
    expect(await admissionOf(worker.id)).toBe('open');
    await expect(stop({ force: true })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await stop({ force: true, reason: 'the host burns' })).toMatchObject({
      status: 'STOPPING',
      admission: 'closed',
    });
    const [stopping] = (await on.store.history('worker', worker.id, 0, 100)).slice(-1);
    expect(stopping?.data).toMatchObject({ by: 'admin', reason: 'the host burns' });
  });

  it('that the worker’s state does not allow leaves the ledger as it was', async () => {
    const worker = await scene.worker();
    const params = { id: worker.id };
    for (const action of ['drain', 'stop', 'undrain', 'start'] as const) {
      const asked = on.admin.workers[action]({ params, body: {} }).catch((error: unknown) => error);
      expect(await asked).toMatchObject({ code: 'illegalTransition' });
    }
    expect(await admissionOf(worker.id)).toBe('open');
    expect((await on.admin.workers.get({ params })).status).toBe('PENDING');
  });

  it('drains and takes in again', async () => {
    await scene.definition();
    const worker = await scene.worker();
    await scene.makeRun(worker.id);
    const params = { id: worker.id };
    expect(await on.admin.workers.drain({ params, body: {} })).toMatchObject({
      status: 'DRAINING',
      admission: 'draining',
    });
    expect(await scene.place(await scene.book(2), worker.id)).toMatchObject({ code: 'doesNotFit' });
    expect(await on.admin.workers.undrain({ params, body: {} })).toMatchObject({
      status: 'RUNNING',
      admission: 'open',
    });
    expect(await scene.place(await scene.book(2), worker.id)).toMatchObject({ status: 'done' });
  });

  it('on an older version is refused before anything is touched', async () => {
    const worker = await scene.worker();
    await scene.makeRun(worker.id);
    const drain = on.admin.workers.drain({
      params: { id: worker.id },
      body: {},
      headers: { 'if-match': '"1"' },
    });
    await expect(drain).rejects.toMatchObject({ code: 'staleVersion' });
    expect(await admissionOf(worker.id)).toBe('open');
  });

  it('makes the ledger that a crash left out', async () => {
    failing.failAfter(3);
    await expect(scaleUp('k')).rejects.toMatchObject({ code: 'unavailable' });
    failing.recover();
    const [known] = (await on.admin.workers.list({})).items;
    const gone = await on.admin.workers.terminate({ params: { id: known?.id as WorkerId }, body: {} });
    expect(gone).toMatchObject({ status: 'TERMINATED', admission: 'closed' });
  });
});
