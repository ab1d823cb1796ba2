import { describe, expect, it } from 'vitest';
import { minute, template as workerTemplate, workerWorld } from './world.ts';

describe('the life of a worker', () => {
  it('goes from a wish to a licensed server in service', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const worker = await on.get(id);
    expect(worker.history.map(({ to }) => to)).toEqual(['PENDING', 'PROVISIONING', 'STARTING', 'RUNNING']);
    const held = worker.conditions.filter(({ status }) => status === 'True').map(({ type }) => type);
    expect(held.sort()).toEqual([
      'CmlReady',
      'InstanceLaunched',
      'InstanceRunning',
      'Licensed',
      'Schedulable',
    ]);
    expect(worker.cml).toMatchObject({ version: '2.9.1+build.7', ready: true, admissionState: 'READY' });
    expect(worker.licence).toMatchObject({ product: 'CML_Enterprise', nodeLimit: 100 });
    expect(on.open().sort()).toEqual(['instance', 'licenceSeat']);
    expect(await on.seats()).toEqual([`${id}/1`]);
    expect(on.alive()[0]?.tags).toMatchObject({
      'lcm:worker_id': id,
      'lcm:installation': 'test',
      'lcm:attempt': '1',
      'lcm:template_name': 'metal',
      'lcm:managed_by': 'lablet-cloud-manager',
      Name: `cml-worker-${worker.name}`,
    });
  });

  it('gives everything back when it is terminated', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect(on.open()).toEqual([]);
    expect(await on.seats()).toEqual([]);
    expect(await on.places()).toEqual([]);
    const { conditions } = await on.get(id);
    const held = conditions.filter(({ status }) => status === 'True').map(({ type }) => type);
    expect(held).toEqual(expect.arrayContaining(['LicenceReleased', 'InstanceTerminated']));
    expect(await on.taskTitles()).toEqual([]);
  });

  it('stops without its licence, and comes back when it is started', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    await on.admin.workers.stop({ params: { id }, body: {} });
    await on.until(id, 'STOPPED');
    expect(on.open()).toEqual([]);
    await on.admin.workers.start({ params: { id }, body: {} });
    await on.until(id, 'RUNNING');
    expect(on.open().sort()).toEqual(['instance', 'licenceSeat']);
    expect((await on.get(id)).cml?.admissionState).toBe('READY');
  });

  it('keeps its licence over a stop where that is wanted, and boots once more to give it back', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving({ licenceOnStop: 'keep' });
    await on.admin.workers.stop({ params: { id }, body: {} });
    await on.until(id, 'STOPPED');
    expect(on.open()).toEqual(['licenceSeat']);
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect(on.open()).toEqual([]);
    expect(await on.seats()).toEqual([]);
  });

  it('waits for its time when it is wanted for later', async () => {
    const on = await workerWorld();
    on.start();
    const template = await on.admin.workerTemplates.create({
      body: workerTemplate,
    });
    const provisionAt = new Date(on.clock.now() + 60 * minute).toISOString();
    const { id } = await on.admin.workers.create({ body: { templateId: template.id, provisionAt } });
    await on.clock.advance(59 * minute);
    expect((await on.get(id)).status).toBe('PENDING');
    expect(on.alive()).toEqual([]);
    await on.until(id, 'RUNNING');
    expect(on.clock.now()).toBeGreaterThan(Date.parse(provisionAt));
  });

  it('drains: sessions that are on it go on, then it stops', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const session = await on.book(id, 0);
    await on.admin.workers.drain({ params: { id }, body: {} });
    await on.clock.advance(5 * minute);
    expect((await on.get(id)).status).toBe('DRAINING');
    await on.admin.sessions.cancel({ params: { id: session }, body: {} });
    const release = { items: [{ sessionId: session, placementId: `p-${session}`, workerId: id }] };
    const command = { params: { id: session }, body: { command: { type: 'markStopped' as const } } };
    await on.controller.internal.sessions.command(command);
    await on.controller.internal.releasePlacements({ body: release });
    await on.until(id, 'STOPPED');
  });

  it('measures itself, and notes when somebody works on its CML', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    await on.clock.advance(10 * minute);
    const { items } = await on.admin.workers.metrics({ params: { id }, query: {} });
    expect(items.at(-1)).toMatchObject({
      cpuPercent: 2,
      networkInBytes: expect.any(Number),
      runningNodes: 0,
    });
    expect((await on.get(id)).lastActivityAt).toBeUndefined();
    await on.work();
    const at = new Date(on.clock.now()).toISOString();
    await on.clock.advance(2 * minute);
    expect((await on.get(id)).lastActivityAt).toBe(at);
  });

  it('is left alone while all reconciling is paused', async () => {
    const on = await workerWorld({ settings: { reconcilePaused: true } });
    on.start();
    const id = await on.want();
    await on.clock.advance(10 * minute);
    expect((await on.get(id)).status).toBe('PENDING');
    await on.admin.settings.change({ body: { reconcilePaused: false } });
    await on.until(id, 'RUNNING');
  });
});
