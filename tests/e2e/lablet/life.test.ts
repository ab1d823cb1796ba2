import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import { evidenceTexts } from '@lcm/lablet-controller/evidence/package.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

const seeds = await seedDefinitions();
const seed = (name: string) => {
  const found = seeds.find((one) => one.name === name);
  if (!found) throw new Error(`there is no definition ${name}`);
  return found;
};

async function booked(name: string, seconds = 1_800, changes: object = {}) {
  on.startController();
  const definition = await on.publish({ ...seed(name), ...changes });
  const workerId = await on.upWorker();
  const { id } = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: seconds, candidate: { givenName: 'Ada' } },
  });
  await on.place(id, workerId);
  return { id, workerId };
}

async function released(id: string) {
  await on.untilStatus(id, 'STOPPED');
  await on.release(id);
}

/** Types the solution into the devices, as the candidate does on the page of LDS. */
async function solve(id: string, name: string) {
  for (const [label, configuration] of Object.entries((await seedSolution(name)) ?? {}))
    await on.sim(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
}

describe('a session', () => {
  test('lives from its placement to its score, and gives everything back', async () => {
    const { id, workerId } = await booked('vlan-trunk-troubleshooting');
    await on.untilStatus(id, 'READY');
    const ready = await on.session(id);
    expect(Object.keys(ready.lab?.ports ?? {})).toHaveLength(5);
    const [lab] = await on.labs.list();
    expect(lab?.notes).toContain(`lcm:test/${id}/1`);
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'vlan-trunk-troubleshooting');
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');

    const ended = await on.session(id);
    expect(ended.history.map(({ to }) => to)).toEqual([
      'PENDING',
      'SCHEDULED',
      'INSTANTIATING',
      'READY',
      'RUNNING',
      'COLLECTING',
      'GRADING',
      'STOPPING',
      'STOPPED',
      'ARCHIVED',
    ]);
    const texts = evidenceTexts(await on.content.get(ended.evidenceKey ?? ''));
    expect(texts['config:SW1']).toContain('switchport trunk allowed vlan 10,20');
    const { items } = await on.admin.sessions.scoreReports({ params: { id } });
    expect(items).toHaveLength(1);
    expect(items[0]?.sections.map(({ name }) => name)).toEqual(['VLANs', 'Trunks', 'Inter-VLAN routing']);
    expect(await on.labs.list()).toEqual([]);
    expect((await on.ldsSessions(id)).map(({ state }) => state)).toEqual(['ARCHIVED']);
    const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
    expect([ledger.reservations, ledger.ports]).toEqual([{}, {}]);
    expect(on.problems).toEqual([]);
  });
});
