import { expect, it } from 'vitest';
import { workerWorld } from './world.ts';

it('a worker lives, stops, starts and ends in the region that its template names, and in no other', async () => {
  const on = await workerWorld();
  on.start();
  const id = await on.serving({ region: 'eu-west-1' });
  expect(on.alive().map(({ region }) => region)).toEqual(['eu-west-1']);
  await on.admin.workers.stop({ params: { id }, body: {} });
  await on.until(id, 'STOPPED');
  await on.admin.workers.start({ params: { id }, body: {} });
  await on.until(id, 'RUNNING');
  expect(on.alive()).toHaveLength(1);
  await on.admin.workers.terminate({ params: { id }, body: {} });
  await on.until(id, 'TERMINATED');
  expect(on.open()).toEqual([]);
});
