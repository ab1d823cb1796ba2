import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { expect, it, onTestFinished } from 'vitest';
import { startTestPlane } from '../control-plane.fixture.ts';

it('an error that nobody foresaw tells the caller nothing of our inside but the id to find it by', async () => {
  let broken = false;
  const seenStore = (store: MemoryStore) =>
    new Proxy(store, {
      get: (target, name) => {
        if (broken && (name === 'list' || name === 'load'))
          throw new Error('SELECT * FROM sessions: password=hunter2');
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  const on = await startTestPlane({ store: new MemoryStore(), seenStore });
  onTestFinished(() => on.stop());
  broken = true;
  const answer = await on.plane.app.inject({
    method: 'GET',
    url: '/api/v1/sessions/s-1',
    headers: { 'x-correlation-id': 'look-here' },
  });
  broken = false;
  expect(answer.statusCode).toBe(500);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({ type: 'urn:lcm:problem:internal', status: 500 });
  expect(answer.body).not.toMatch(/hunter2|SELECT|Error|\.ts/);
  expect(answer.json().correlationId).toEqual(expect.any(String));
});
