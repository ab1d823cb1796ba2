import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from './access-scene.ts';
import { aimsOf, OPERATIONS, type Operation, requestFor } from './operations.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  scene.freeze();
});
afterAll(() => scene.stop());

/** What changes something and is done for whoever has the cookie of a login. */
const CHANGING = OPERATIONS.filter(
  ({ method, rule, name }) => method !== 'GET' && (rule !== 'public' || name === 'auth.logOut'),
);

/** What becomes of a request with an admin's cookie, and whether it was refused as forged. */
async function sent(operation: Operation, forging: Record<string, string | undefined>) {
  const [aim = { whose: 'anybody’s' }] = aimsOf(operation, scene);
  const { headers, ...request } = requestFor(operation, aim, scene);
  const all = { ...headers, ...scene.personas['admin by cookie'].headers, ...forging };
  const known = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const answer = await scene.plane.app.inject({ ...request, headers: Object.fromEntries(known) });
  return [answer.statusCode, answer.payload.includes('"csrf":true')];
}

it('is tried with everything that changes something', () => {
  expect(CHANGING.length).toBeGreaterThan(80);
  expect(CHANGING.filter(({ path }) => path.startsWith('/api/internal/')).length).toBeGreaterThan(10);
});

describe.each(CHANGING)('$name by cookie', (operation) => {
  it('is refused without the token that only our own page can read', async () => {
    expect(await sent(operation, { 'x-csrf-token': undefined })).toEqual([403, true]);
  });

  it('is refused from another site, and by another token', async () => {
    expect(await sent(operation, { 'sec-fetch-site': 'cross-site' })).toEqual([403, true]);
    expect(await sent(operation, { origin: 'https://evil.example' })).toEqual([403, true]);
    expect(await sent(operation, { 'x-csrf-token': 'x'.repeat(43) })).toEqual([403, true]);
  });

  it('is not taken for forged from our own page', async () => {
    const [status, forged] = await sent(operation, {});
    if (operation.name === 'auth.logOut') await scene.comeBack('admin by cookie');
    expect([status === 401, forged]).toEqual([false, false]);
  });
});
