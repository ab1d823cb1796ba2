import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn, TOPOLOGY } from '../scene.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane();
});
afterEach(() => on.stop());

it('the topology of a definition lies in the content store, and in no document, event or key', async () => {
  const scene = sceneOn(on);
  const { id } = await scene.definition();
  const session = await scene.book(2);
  await on.clock.advance(1_500);
  const everywhere = [
    await on.store.load('definition', id),
    await on.store.load('session', session.id),
    await on.store.readLog(0, 1_000),
    await on.bus.list('/lcm/'),
    await on.admin.definitions.get({ params: { id } }),
  ];
  expect(JSON.stringify(everywhere)).not.toContain('hostname R1');
  expect((await on.admin.definitions.topology({ params: { id } })).topology).toBe(TOPOLOGY);
});

it('a version that is there is not published with other content', async () => {
  const scene = sceneOn(on);
  const { id } = await scene.definition('1.0.0');
  const changed = TOPOLOGY.replace('hostname R1', 'hostname other');
  await expect(scene.definition('1.0.0', { topology: changed })).rejects.toMatchObject({ code: 'conflict' });
  expect((await on.admin.definitions.topology({ params: { id } })).topology).toBe(TOPOLOGY);
});

it('a new version is what its author says, and leaves the one before as it is, bookings included', async () => {
  const scene = sceneOn(on);
  const spec = { maxDurationMinutes: 90, formQualifiedName: 'Exam Associate X v1.0 LAB 1.1a' };
  const first = await scene.definition('1.0.0', spec);
  const { definition } = await scene.book(2);
  const second = await scene.definition('1.1.0', { ...spec, maxDurationMinutes: 120 });
  expect(second.spec).toEqual({ ...first.spec, version: '1.1.0', maxDurationMinutes: 120 });
  expect((await on.admin.definitions.get({ params: { id: first.id } })).spec).toEqual(first.spec);
  expect(definition.version).toBe('1.0.0');
});

it('a package that is not base64 is refused at once, however much white space is in it', async () => {
  const spec = { name: 'spaces', version: '1.0.0', package: `A${' '.repeat(3_000_000)}!` };
  const { valid, findings } = await on.admin.definitions.validate({ body: spec });
  expect(valid).toBe(false);
  expect(findings[0]).toMatchObject({ where: '/package', message: 'must be a zip file in base64' });
});
