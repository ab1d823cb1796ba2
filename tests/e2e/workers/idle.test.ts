import { describe, expect, it } from 'vitest';
import { minute, workerWorld } from './world.ts';

const idleAfter = { idleDetection: { enabled: true, timeoutSeconds: 600 }, workerLeadSeconds: 600 };

describe('an idle worker', () => {
  it('drains and stops, and is terminated when nobody has wanted it for long', async () => {
    const on = await workerWorld({ settings: { ...idleAfter, stoppedRetentionSeconds: 1_200 } });
    on.start();
    const id = await on.serving();
    const began = on.clock.now();
    await on.until(id, 'STOPPED');
    expect(on.clock.now() - began).toBeGreaterThan(10 * minute);
    expect((await on.get(id)).history.map(({ to }) => to).slice(-3)).toEqual([
      'DRAINING',
      'STOPPING',
      'STOPPED',
    ]);
    expect(on.open()).toEqual([]);
    await on.until(id, 'TERMINATED');
    expect(on.alive()).toEqual([]);
  });

  it('stays for a session that is on it, or that begins soon', async () => {
    const on = await workerWorld({ settings: idleAfter });
    on.start();
    const id = await on.serving();
    await on.book(id, 60 * minute, 3_600);
    await on.clock.advance(60 * minute);
    expect((await on.get(id)).history.map(({ to }) => to)).toContain('STOPPED');
    // It stopped meanwhile and was started in time: it is up when the session begins.
    expect((await on.get(id)).status).toBe('RUNNING');
    await on.clock.advance(30 * minute);
    expect((await on.get(id)).status).toBe('RUNNING');
  });

  it('stays while somebody works on its CML', async () => {
    const on = await workerWorld({ settings: idleAfter });
    on.start();
    const id = await on.serving();
    for (let shift = 0; shift < 6; shift++) {
      await on.work();
      await on.clock.advance(8 * minute);
    }
    expect((await on.get(id)).status).toBe('RUNNING');
    await on.until(id, 'STOPPED');
  });

  it('is left alone when somebody begins to work on it in the last moment, and nobody can book it in that moment', async () => {
    const on = await workerWorld({ settings: idleAfter });
    on.start();
    const id = await on.serving();
    const moments: unknown[] = [];
    on.beforeRequests(async (url) => {
      if (moments.length > 0 || !url.endsWith('/telemetry/events')) return;
      const { state } = await on.controller.internal.workerLedgers.get({ params: { id } });
      if (state.admission !== 'draining') return;
      moments.push(await on.book(id, 0).catch((error: Error) => error.message));
      await on.work();
    });
    await on.clock.until(() => moments.length > 0);
    await on.clock.advance(5 * minute);
    expect(moments).toEqual([expect.stringContaining('doesNotFit')]);
    const worker = await on.get(id);
    expect(worker.history.map(({ to }) => to).at(-1)).toBe('RUNNING');
    const { state } = await on.controller.internal.workerLedgers.get({ params: { id } });
    expect(state.admission).toBe('open');
    await on.until(id, 'STOPPED');
  });

  it('stays where a number of workers is to be kept warm, and while it is snoozed', async () => {
    const on = await workerWorld({ settings: { ...idleAfter, minWarmWorkers: 1, snoozeSeconds: 3_600 } });
    on.start();
    const ids = [await on.serving(), await on.serving()];
    await on.clock.advance(40 * minute);
    const statuses = await Promise.all(ids.map(async (id) => (await on.get(id)).status));
    expect(statuses.sort()).toEqual(['RUNNING', 'STOPPED']);
    await on.admin.settings.change({ body: { minWarmWorkers: 0 } });
    await on.clock.until(async () => {
      const now = await Promise.all(ids.map(async (id) => (await on.get(id)).status));
      return now.every((status) => status === 'STOPPED');
    });
    const [first = ''] = ids;
    await on.admin.workers.start({ params: { id: first }, body: {} });
    await on.clock.advance(55 * minute);
    expect((await on.get(first)).status).toBe('RUNNING');
    await on.until(first, 'STOPPED');
  });
});
