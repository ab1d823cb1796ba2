import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import type { Fetch } from '@lcm/core/api/client.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

test('a session that is cancelled right when its access is opened leaves none open', async () => {
  let id = '';
  let cancelled = false;
  /** Cancels the session as soon as the first word of its access is out. */
  const cancelling =
    (ask: Fetch): Fetch =>
    async (url, init) => {
      const answer = await ask(url, init);
      if (!cancelled && /\/user-sessions\/.+\/commands$/.test(String(url))) {
        cancelled = true;
        await on.admin.sessions.cancel({ params: { id }, body: {} });
      }
      return answer;
    };
  on.startController(on.dependenciesOn(cancelling, on.bus));
  const spec = (await seedDefinitions()).find(({ name }) => name === 'static-routing-basics');
  const { id: definitionId } = await on.publish(spec ?? expect.fail());
  const workerId = await on.upWorker();
  ({ id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } }));
  await on.place(id, workerId);
  await on.untilStatus(id, 'STOPPED', 600_000);
  await on.release(id);
  await on.untilStatus(id, 'TERMINATED');
  expect(cancelled).toBe(true);
  const { items } = await on.labletController.internal.userSessions.list({ query: {} });
  expect(items.map(({ state }) => state.status)).toEqual(['ENDED']);
  expect((await on.ldsSessions(id)).filter(({ state }) => state !== 'ARCHIVED')).toEqual([]);
});
