import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
beforeEach(async () => {
  on = await startTestPlane();
});
afterEach(() => on.stop());

it('reading anything there is changes nothing', async () => {
  const scene = sceneOn(on);
  const definition = await scene.definition();
  const worker = await scene.worker();
  const session = await scene.book(2);
  await scene.place(session, worker.id);
  const ids = [definition.id, worker.id, session.id];
  const before = await on.store.headOfLog();
  let found = 0;
  for (const { method, path } of endpointsOf(publicContract)) {
    if (method !== 'GET') continue;
    for (const id of path.includes(':') ? ids : ['']) {
      const url = path.replace(/:\w+/, encodeURIComponent(id));
      const answer = await on.plane.app.inject({ method: 'GET', url });
      expect(answer.statusCode, `${url}: ${answer.body}`).toBeLessThan(500);
      if (answer.statusCode === 200) found += 1;
    }
  }
  expect(found).toBeGreaterThan(15);
  expect(await on.store.headOfLog()).toEqual(before);
});

function endpointsOf(part: Contract): Endpoint[] {
  return Object.values(part).flatMap((member) => (isEndpoint(member) ? [member] : endpointsOf(member)));
}
