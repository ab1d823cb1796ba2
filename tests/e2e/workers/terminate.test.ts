import { describe, expect, it } from 'vitest';
import { minute, workerWorld } from './world.ts';

describe('terminating a worker', () => {
  it('is refused while sessions are promised on it, and tells them when an admin forces it', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const session = await on.book(id, 60 * minute);
    await on.controller.internal.labRecords.command({
      params: { id: 'lab-1' },
      body: {
        command: {
          type: 'discover',
          id: 'lab-1',
          workerId: id,
          cmlLabId: 'x',
          title: 'by hand',
          nodeCount: 2,
          status: 'STOPPED',
        },
      },
    });
    await on.controller.internal.workerLedgers.command({
      params: { id },
      body: { command: { type: 'allocatePorts', labRecordId: 'lab-1', names: ['R1', 'R2'] } },
    });
    await expect(on.admin.workers.terminate({ params: { id }, body: {} })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(session),
    });
    expect((await on.get(id)).status).toBe('RUNNING');
    await on.admin.workers.terminate({ params: { id }, body: { force: true, reason: 'the host smells' } });
    await on.until(id, 'TERMINATED');
    expect((await on.admin.sessions.get({ params: { id: session } })).status).toBe('PENDING');
    const record = await on.controller.internal.labRecords.get({ params: { id: 'lab-1' } });
    expect(record.state.status).toBe('ORPHANED');
    expect((await on.admin.workers.ledger({ params: { id } })).ports).toEqual({});
  });

  it('stops what runs on it first, so that its licence can be given back', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    await on.work({ start: true });
    await on.clock.advance(minute);
    expect(on.open().sort()).toEqual(['instance', 'lab', 'licenceSeat', 'runningLab']);
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect(on.open()).toEqual([]);
    expect(await on.taskTitles()).toEqual([]);
  });

  it('leaves nothing of a launch whose answer was lost', async () => {
    const on = await workerWorld();
    on.start();
    on.loseAnswers('Action=RunInstances', 1_000);
    const id = await on.want();
    await on.clock.until(() => on.alive().length > 0);
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect((await on.get(id)).instanceId).toBeUndefined();
    expect(on.open()).toEqual([]);
    expect(await on.places()).toEqual([]);
  });

  it('does not believe the first empty answer of EC2', async () => {
    const on = await workerWorld({ cloud: { visibilityLagMs: 90_000 } });
    on.start();
    on.loseAnswers('Action=RunInstances', 1_000);
    const id = await on.want();
    await on.clock.until(() => on.alive().length > 0);
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect(on.open()).toEqual([]);
  });

  it('needs no instance: what was only wanted is simply gone, and its place free', async () => {
    const on = await workerWorld({ settings: { reconcilePaused: true } });
    on.start();
    const id = await on.want();
    await on.admin.workers.terminate({ params: { id }, body: {} });
    expect((await on.get(id)).status).toBe('TERMINATED');
    expect(await on.places()).toEqual([id]);
    await on.admin.settings.change({ body: { reconcilePaused: false } });
    await on.clock.advance(5 * minute);
    expect(await on.places()).toEqual([]);
  });

  it.each(['PROVISIONING', 'STARTING', 'STOPPING', 'STOPPED'] as const)(
    'ends well from %s',
    async (status) => {
      const on = await workerWorld();
      on.start();
      const id = await on.want();
      if (status === 'STOPPING' || status === 'STOPPED') {
        await on.until(id, 'RUNNING');
        await on.admin.workers.stop({ params: { id }, body: {} });
      }
      await on.until(id, status);
      await on.admin.workers.terminate({ params: { id }, body: {} });
      await on.until(id, 'TERMINATED');
      expect(on.open()).toEqual([]);
      expect(await on.places()).toEqual([]);
      expect(await on.taskTitles()).toEqual([]);
    },
  );
});
