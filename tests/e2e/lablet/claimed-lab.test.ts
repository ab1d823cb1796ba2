import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import type { Fetch } from '@lcm/core/api/client.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { LAB_TRANSITIONS } from '@lcm/core/domain/lab-record.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

test('a lab that was claimed for a session which ends before it is marked goes, and only then do its ports', async () => {
  on.startController();
  const spec = (await seedDefinitions()).find(({ name }) => name === 'static-routing-basics');
  const { id: definitionId } = await on.publish({ ...(spec ?? expect.fail()), labReuse: true });
  const workerId = await on.upWorker();
  const first = await placed(definitionId, workerId);
  await on.untilStatus(first, 'READY');
  await over(first);
  const [kept] = await on.labs.list();
  expect(kept?.state).toBe('DEFINED_ON_CORE');

  await on.stopAll();
  on.startController(on.dependenciesOn(changingNoLab, on.bus));
  const second = await placed(definitionId, workerId);
  await on.until('the lab to be claimed', async () =>
    (await records()).some(({ boundTo }) => boundTo === second),
  );
  await over(second);
  // Each lab at CML is known, and what is not there any more has no ports.
  const live = (await records()).filter(({ status }) => !isFinal(LAB_TRANSITIONS, status));
  expect((await on.labs.list()).map(({ id }) => id)).toEqual(live.map(({ cmlLabId }) => cmlLabId));
  const { ports } = await on.admin.workers.ledger({ params: { id: workerId } });
  expect(Object.keys(ports)).toEqual(live.flatMap((record) => Object.values(record.ports).map(String)));
});

async function placed(definitionId: string, workerId: string): Promise<string> {
  const { id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } });
  await on.place(id, workerId, `p-${id}`);
  return id;
}

async function over(id: string): Promise<void> {
  await on.admin.sessions.cancel({ params: { id }, body: {} });
  await on.untilStatus(id, 'STOPPED', 600_000);
  await on.release(id);
  await on.untilStatus(id, 'TERMINATED');
}

const records = async () => (await on.admin.labRecords.list({ query: { limit: 100 } })).items;

/** CML takes no change of title and notes: it is never said that the lab is the session's. */
const changingNoLab =
  (ask: Fetch): Fetch =>
  async (url, init) => {
    if (init?.method === 'PATCH' && /\/labs\/[^/]+$/.test(String(url))) throw new TypeError('fetch failed');
    return ask(url, init);
  };
