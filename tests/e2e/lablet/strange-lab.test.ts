import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

const TOPOLOGY = (title: string) => `lab: {title: ${title}, version: 0.3.0}
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: hostname R1, tags: [], interfaces: []}
links: []
`;

test('a lab in a state that nobody knows is recorded, and the others of its worker with it', async () => {
  const { labId: strange } = await on.labs.import(TOPOLOGY('Strange'));
  await on.labs.import(TOPOLOGY('Plain'));
  const { cml } = on.dependencies;
  on.startController({
    cml: (url) => {
      const { system, labs } = cml(url);
      const odd = <T extends { id: string; state: string }>(lab: T): T =>
        lab.id === strange ? { ...lab, state: 'DEFROSTING' } : lab;
      const list = async () => (await labs.list()).map(odd);
      return { system, labs: { ...labs, list } };
    },
  });
  await on.upWorker();
  const records = async () => (await on.admin.labRecords.list({ query: { limit: 100 } })).items;
  await on.until('both records', async () => (await records()).length === 2);
  const standing = (await records()).map(({ title, status }) => `${title} ${status}`);
  expect(standing.sort()).toEqual(['Plain DEFINED', 'Strange DISCOVERED']);
});
