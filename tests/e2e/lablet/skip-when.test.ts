import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import type { LabletDependencies } from '@lcm/lablet-controller/dependencies.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

const NAME = 'static-routing-basics';
const seed = (await seedDefinitions()).find(({ name }) => name === NAME);

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

const jq = (expression: string) => `\${ ${expression} }`;

/** Books a session whose step `lds_provision` is skipped where the expression is true. */
async function booked(skipWhen: string, changes: Partial<LabletDependencies> = {}): Promise<string> {
  if (!seed) throw new Error(`there is no definition ${NAME}`);
  on.startController(changes);
  const pipelines = { instantiate: { overrides: { lds_provision: { skipWhen } } } };
  const definition = await on.publish({ ...seed, pipelines });
  const workerId = await on.upWorker();
  const { id } = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: 1_800, candidate: { givenName: 'Ada' } },
  });
  await on.place(id, workerId);
  return id;
}

async function provisioning(id: string) {
  return (await on.session(id)).pipelines.instantiate?.steps['lds_provision'];
}

async function failed(id: string) {
  await on.until('the failure', async () => (await provisioning(id))?.status === 'FAILED');
  return (await provisioning(id))?.message;
}

describe('a step with a skipWhen', () => {
  test('that is true is skipped, and says why', async () => {
    const skipWhen = jq(`.definition.spec.name == "${NAME}" and .worker.status == "RUNNING"`);
    const id = await booked(skipWhen);
    await on.untilStatus(id, 'READY');
    expect(await provisioning(id)).toMatchObject({
      status: 'SKIPPED',
      message: `skipped because ${skipWhen}`,
    });
    expect(await on.ldsSessions(id)).toEqual([]);
  });

  test('that is false is done', async () => {
    const id = await booked(jq('.definition.spec.name == "another" or .session.status == "READY"'));
    await on.untilStatus(id, 'READY');
    expect(await provisioning(id)).toMatchObject({ status: 'COMPLETED' });
    expect(await on.ldsSessions(id)).toHaveLength(1);
  });

  test('reads what the steps before gave, and never who sits the lab', async () => {
    const id = await booked(
      jq(
        '(.steps.variables.labRecordId | startswith("lab-")) and (.session | tojson | contains("Ada") | not)',
      ),
    );
    await on.untilStatus(id, 'READY');
    expect(await provisioning(id)).toMatchObject({ status: 'SKIPPED' });
  });

  test('that is malformed fails in jq’s words, at its first attempt', async () => {
    const id = await booked(jq('.definition.spec.name =='));
    expect(await failed(id)).toMatch(/^jq: error: syntax error, unexpected end of file/);
    expect(await provisioning(id)).toMatchObject({ attempts: 1 });
  });

  test('fails where nothing evaluates it', async () => {
    const id = await booked(jq('true'), { expressions: undefined });
    expect(await failed(id)).toContain('nothing here evaluates it');
  });
});
