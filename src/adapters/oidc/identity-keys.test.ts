import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { MemoryExpiringStore } from '../memory/memory-expiring-store.ts';
import { systemRandom } from '../random/system-random.ts';
import { type KeyPlace, loadKeys, publicKeys, rotateKeys } from './identity-keys.ts';

const HOUR_MS = 3_600_000;

let clock: VirtualClock;
let place: KeyPlace;
beforeEach(() => {
  clock = new VirtualClock();
  place = { store: new MemoryExpiringStore(clock), clock, random: systemRandom };
});

describe('the keys of the identity provider', () => {
  it('are the same for all who begin at once, and for those who come later', async () => {
    const begun = await Promise.all(Array.from({ length: 5 }, () => loadKeys(place)));
    expect(new Set(begun.map((keys) => JSON.stringify(keys))).size).toBe(1);
    expect(await loadKeys(place)).toEqual(begun[0]);
  });

  it('are published without their private half', async () => {
    const [key] = publicKeys(await loadKeys(place)).keys;
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('are joined by a new one after 90 days, which signs from then on', async () => {
    const before = await loadKeys(place);
    await clock.advance(90 * 24 * HOUR_MS - 1);
    expect(await loadKeys(place)).toEqual(before);
    await clock.advance(1);
    const after = await loadKeys(place);
    expect(after.signing.map(({ madeAt }) => madeAt)).toEqual([clock.now(), before.signing[0].madeAt]);
    expect(after.cookies).toHaveLength(2);
    expect(after.cookies[1]).toBe(before.cookies[0]);
  });

  it('verify for as long as a token that they signed can live, and then are gone', async () => {
    const kid = (await loadKeys(place)).signing[0].jwk.kid;
    await clock.advance(40 * 24 * HOUR_MS);
    await rotateKeys(place);
    await clock.advance(24 * HOUR_MS);
    const within = await rotateKeys(place);
    expect(within.signing.map(({ jwk }) => jwk.kid)).toContain(kid);
    await clock.advance(2 * HOUR_MS);
    const later = await rotateKeys(place);
    expect(later.signing.map(({ jwk }) => jwk.kid)).not.toContain(kid);
    expect(later.signing).toHaveLength(3);
  });
});
