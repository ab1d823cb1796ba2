import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

describe('a lab that somebody has removed at CML', () => {
  test('does not keep its session from ending, and nothing of it is left', async () => {
    const id = await working();
    await remove(id);
    await on.admin.sessions.cancel({ params: { id }, body: { reason: 'there is nothing to work on' } });
    await on.untilStatus(id, 'STOPPED', 120_000);
    await on.release(id);
    await on.untilStatus(id, 'TERMINATED');
    expect(await on.session(id)).not.toHaveProperty('lab');
    const { items } = await on.admin.labRecords.list({ query: { limit: 100 } });
    expect(items.map(({ status, boundTo }) => [status, boundTo])).toEqual([['DELETED', undefined]]);
  });

  test('fails nobody: the evidence that is lacking is for a person to look at', async () => {
    const id = await working();
    await remove(id);
    await on.sim(id, 'finish');
    await on.untilStatus(id, 'STOPPED', 3_600_000);
    const { ending, gradeResult } = await on.session(id);
    expect(gradeResult).toBeUndefined();
    expect(['noEvidence', 'gradingFailed']).toContain(ending?.outcome);
    expect((await on.admin.tasks.list({ query: {} })).items).toHaveLength(1);
  });
});

/** A session whose candidate is at work. */
async function working(): Promise<string> {
  on.startController();
  const spec = (await seedDefinitions()).find(({ name }) => name === 'static-routing-basics');
  const { id: definitionId } = await on.publish(spec ?? expect.fail());
  const workerId = await on.upWorker();
  const { id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } });
  await on.place(id, workerId);
  await on.untilStatus(id, 'READY');
  await on.sim(id, 'login');
  await on.untilStatus(id, 'RUNNING');
  return id;
}

/** What a person does on CML's own page. */
async function remove(id: string): Promise<void> {
  const labId = (await on.session(id)).lab?.cmlLabId ?? expect.fail();
  await on.labs.stop(labId);
  await on.clock.advance(5_000);
  await on.labs.wipe(labId);
  await on.labs.delete(labId);
}
