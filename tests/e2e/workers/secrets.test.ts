import { expect, it } from 'vitest';
import { workerWorld } from './world.ts';

it('the licence token of a worker is told to its CML, and is neither kept nor told anybody else', async () => {
  const token = 'c2VjcmV0-licence-token';
  const said: string[] = [];
  const note = (facts: Record<string, unknown>, message: string) => {
    said.push(message, JSON.stringify(facts));
  };
  const log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const on = await workerWorld({ token });
  const onBus: unknown[] = [];
  on.start((whole) => {
    const { bus } = whole;
    const project = bus.project.bind(bus);
    bus.project = (key, value) => {
      onBus.push(value);
      return project(key, value);
    };
    return { ...whole, log };
  });
  const id = await on.serving();
  await on.admin.workers.terminate({ params: { id }, body: {} });
  await on.until(id, 'TERMINATED');
  const kept = {
    worker: await on.get(id),
    log: await on.store.readLog(0, 10_000),
    onBus,
    answers: [await on.admin.workers.get({ params: { id } }), await on.admin.tasks.list({ query: {} })],
  };
  expect(kept.log.length).toBeGreaterThan(20);
  expect(onBus.length).toBeGreaterThan(5);
  expect(JSON.stringify(kept)).not.toContain(token);
  expect(said.join('\n')).not.toContain(token);
});
