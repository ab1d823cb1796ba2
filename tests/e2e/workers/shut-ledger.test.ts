import { describe, expect, it } from 'vitest';
import { minute, workerWorld } from './world.ts';

describe('a worker that serves while its ledger is shut', () => {
  it('opens it when nothing has followed: whoever began to stop the worker has died', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const command = { type: 'close' as const, force: false };
    await on.controller.internal.workerLedgers.command({ params: { id }, body: { command } });
    await expect(on.book(id, 60 * minute)).rejects.toThrow('takes no new sessions');
    const schedulable = async () => (await on.get(id)).conditions.find(({ type }) => type === 'Schedulable');
    await on.clock.until(async () => (await schedulable())?.reason === 'LedgerShut', 2 * minute);
    await on.clock.until(async () => (await schedulable())?.reason === 'Ready', 3 * minute);
    await on.book(id, 60 * minute);
    expect((await on.get(id)).status).toBe('RUNNING');
  });
});
