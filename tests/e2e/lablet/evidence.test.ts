import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { CmlLabs } from '@lcm/core/spi/cml.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

const NAME = 'vlan-trunk-troubleshooting';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

describe('what a candidate has done is all graded', () => {
  test('though CML tells of states as they were before, and will not read devices back at first', async () => {
    const { id, doubt } = await solved();
    doubt();
    await on.sim(id, 'finish');
    await on.untilStatus(id, 'STOPPED');
    await on.release(id);
    await on.untilStatus(id, 'ARCHIVED');
    expect(await on.session(id)).toMatchObject({ ending: { outcome: 'completed' }, gradeResult: 'PASS' });
  });

  test('though CML says at a pause that the lab is off already', async () => {
    const { id, doubt } = await solved();
    doubt();
    await on.admin.sessions.pause({ params: { id }, body: {} });
    await on.untilStatus(id, 'STOPPED');
    const { lab } = await on.session(id);
    const configurations = await on.labs.configurations(lab?.cmlLabId ?? '');
    expect(configurations['SW1']).toContain('switchport trunk native vlan 99');
  });
});

/** A session whose candidate has typed in the solution, on a CML that can be made doubtful. */
async function solved() {
  let doubtful = false;
  const { cml } = on.dependencies;
  on.startController({
    cml: (url) => {
      const { system, labs } = cml(url);
      return { system, labs: doubtfulLabs(labs, () => doubtful) };
    },
  });
  const spec = (await seedDefinitions()).find(({ name }) => name === NAME) ?? expect.fail();
  const { id: definitionId } = await on.publish(spec);
  const workerId = await on.upWorker();
  const { id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } });
  await on.place(id, workerId);
  await on.untilStatus(id, 'READY');
  await on.sim(id, 'login');
  await on.untilStatus(id, 'RUNNING');
  for (const [label, configuration] of Object.entries((await seedSolution(NAME)) ?? {}))
    await on.sim(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
  return {
    id,
    doubt: () => {
      doubtful = true;
    },
  };
}

/** Its first word on anything is out of date, and it refuses each node's extraction once. */
function doubtfulLabs(labs: CmlLabs, isDoubtful: () => boolean): CmlLabs {
  const said = new Set<string>();
  const isFirst = (what: string) => isDoubtful() && !said.has(what) && said.add(what) !== undefined;
  return {
    ...labs,
    get: async (labId) => {
      const lab = await labs.get(labId);
      return lab && isFirst(labId) ? { ...lab, state: 'STOPPED' } : lab;
    },
    nodes: async (labId) => {
      const nodes = await labs.nodes(labId);
      return isFirst(`nodes of ${labId}`) ? nodes.map((node) => ({ ...node, state: 'STARTED' })) : nodes;
    },
    extractConfiguration: async (labId, nodeId) => {
      if (isFirst(nodeId)) throw new Refusal('conflict', 'CML refused it with 403: not at the moment');
      return labs.extractConfiguration(labId, nodeId);
    },
  };
}
