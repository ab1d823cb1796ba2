import type { Refusal } from '@lcm/core/domain/refusal.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import { MemoryExpiringStore } from '../../memory/memory-expiring-store.ts';
import { SignInGuard } from './sign-in-guard.ts';

let clock: VirtualClock;
let guard: SignInGuard;
beforeEach(() => {
  clock = new VirtualClock();
  guard = new SignInGuard(new MemoryExpiringStore(clock), clock);
});

describe('the guard of sign-ins', () => {
  it('lets a few failures pass, then doubles the wait with each, up to a quarter of an hour', async () => {
    for (let failure = 0; failure < 5; failure += 1) await guard.admit(ada(`10.0.0.${failure}`));
    const waits: number[] = [];
    for (let failure = 5; failure < 18; failure += 1) {
      const seconds = await waitAsked(ada(`10.0.0.${failure}`));
      waits.push(seconds);
      await clock.advance(seconds * 1_000);
      await guard.admit(ada(`10.0.1.${failure}`));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('counts attempts at the same moment', async () => {
    const tries = Array.from({ length: 40 }, (_, at) => guard.admit(ada(`10.0.0.${at}`)));
    const admitted = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(admitted.length).toBeLessThanOrEqual(5);
  });

  it('begins anew for an account that signed in, and not for its address', async () => {
    for (let failure = 0; failure < 4; failure += 1) await guard.admit(ada());
    await guard.admit(ada());
    await guard.succeeded(ada());
    for (let failure = 0; failure < 5; failure += 1) await guard.admit(ada());
    await expect(guard.admit(ada())).rejects.toMatchObject({ code: 'tooManyRequests' });
  });

  it('holds an address that tries many names, also where one of them is its own', async () => {
    const refused = async () => {
      for (let at = 0; at < 60; at += 1) {
        const own = { username: 'mallory', address: '10.0.0.1' };
        await guard.admit(own);
        await guard.succeeded(own);
        await guard.admit({ username: `u${at}`, address: '10.0.0.1' });
      }
    };
    await expect(refused()).rejects.toMatchObject({ code: 'tooManyRequests' });
    await guard.admit({ username: 'u1', address: '10.0.0.2' });
  });

  it('counts nothing against accounts that comes from an address which has to wait', async () => {
    for (let at = 0; at < 30; at += 1) await guard.admit({ username: `u${at}`, address: '10.0.0.1' });
    for (let at = 0; at < 10; at += 1)
      await expect(guard.admit(ada('10.0.0.1'))).rejects.toMatchObject({ code: 'tooManyRequests' });
    await guard.admit(ada('10.0.0.2'));
  });

  it('takes a network of IPv6 for one address', async () => {
    const from = (at: number) =>
      guard.admit({ username: `u${at}`, address: `2001:db8:0:1::${at.toString(16)}` });
    for (let at = 0; at < 30; at += 1) await from(at);
    await expect(from(31)).rejects.toMatchObject({ code: 'tooManyRequests' });
    await guard.admit({ username: 'u1', address: '2001:db8:0:2::1' });
  });

  it('forgets after an hour without failures', async () => {
    for (let failure = 0; failure < 5; failure += 1) await guard.admit(ada());
    await clock.advance(3_600_000);
    for (let failure = 0; failure < 5; failure += 1) await guard.admit(ada());
  });

  it('does not tell names apart by case or space', async () => {
    for (let failure = 0; failure < 5; failure += 1) await guard.admit(ada());
    await expect(guard.admit({ username: ' ADA ', address: '10.0.0.9' })).rejects.toMatchObject({
      code: 'tooManyRequests',
    });
  });
});

const ada = (address = '10.0.0.1') => ({ username: 'ada', address });

async function waitAsked(attempt: { username: string; address: string }): Promise<number> {
  const refusal = await guard.admit(attempt).then(
    () => undefined,
    (error: Refusal) => error,
  );
  return Number(refusal?.facts['retryAfterSeconds']);
}
