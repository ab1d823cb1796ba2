import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { expect, it } from 'vitest';
import { LoginSessions } from './login-sessions.ts';

const clock = new VirtualClock();
const store = new MemoryExpiringStore(clock);
const random = seededRandom(1);
const over = (kept: ExpiringStore) =>
  new LoginSessions({
    store: kept,
    clock,
    random,
    limits: async () => ({ idleSeconds: 600, absoluteSeconds: 3_600, warningSeconds: 60 }),
  });
const sessions = over(store);

const begin = () =>
  sessions.begin(
    {
      person: { issuer: 'https://idp.example', subject: 'ann', username: 'ann', roles: ['user'] },
      idToken: 'id-token',
      accessEndsAt: clock.now() + 300_000,
      accessLifeMs: 300_000,
    },
    {},
  );

/** The store as a request sees it that is overtaken by another one as soon as it has read. */
function overtaken(by: () => Promise<unknown>): ExpiringStore {
  let next: (() => Promise<unknown>) | undefined = by;
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name !== 'get') return member.bind(target);
      return async (collection: string, id: string) => {
        const kept = await store.get(collection, id);
        const meanwhile = next;
        next = undefined;
        await meanwhile?.();
        return kept;
      };
    },
  });
}

it.each<[string, (by: LoginSessions, secret: string, id: string) => Promise<unknown>]>([
  ['by its cookie', (by, secret) => by.endBy(secret)],
  ['by its id', (by, _secret, id) => by.end(id)],
])('a login that is ended %s is over, though it goes on under a new cookie meanwhile', async (_how, end) => {
  const { secret, id } = await begin();
  const found = await sessions.find(secret);
  if (!found) throw new Error('there is no login');
  let renewed: string | undefined;
  await end(
    over(
      overtaken(async () => {
        renewed = await sessions.rotate(found);
      }),
    ),
    secret,
    id,
  );
  expect(renewed).toBeDefined();
  expect(await sessions.find(renewed ?? '')).toBeUndefined();
  expect(await sessions.list()).toEqual([]);
});

it('a login that has ended goes on under no new cookie', async () => {
  const { secret, id } = await begin();
  const found = await sessions.find(secret);
  if (!found) throw new Error('there is no login');
  expect(await sessions.end(id)).toBe(true);
  expect(await sessions.rotate(found)).toBeUndefined();
  expect(await sessions.end(id)).toBe(false);
  expect(await sessions.list()).toEqual([]);
});
