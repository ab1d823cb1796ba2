import { describe, expect, it } from 'vitest';
import { openSimulatorState } from '../state.ts';
import { loopbackAddresses } from './addresses.ts';

describe('loopback addresses', () => {
  it('are all different, inside the block, and never the one that claims it', () => {
    const addresses = loopbackAddresses(openSimulatorState(':memory:'), 70);
    const taken = Array.from({ length: 600 }, () => [addresses.takePrivate(), addresses.takePublic()]).flat();
    expect(new Set(taken).size).toBe(1_200);
    for (const address of taken)
      expect(address).toMatch(/^127\.70\.\d{1,3}\.([1-9]|\d\d|1\d\d|2[0-4]\d|25[0-3])$/);
  });

  it('are not used again at once when they are given back', () => {
    const addresses = loopbackAddresses(openSimulatorState(':memory:'), 70);
    const first = addresses.takePublic();
    addresses.release(first);
    expect(addresses.takePublic()).not.toBe(first);
  });

  it('run out in the end, and come back when they are given back', () => {
    const addresses = loopbackAddresses(openSimulatorState(':memory:'), 70);
    const all = Array.from({ length: 128 * 253 }, () => addresses.takePrivate());
    expect(() => addresses.takePrivate()).toThrow('all 32384 private addresses');
    addresses.release(all[5] ?? '');
    expect(addresses.takePrivate()).toBe(all[5]);
  });

  it('are all 127.0.0.1 where the system has no others', () => {
    const addresses = loopbackAddresses(openSimulatorState(':memory:'), undefined);
    expect([addresses.takePrivate(), addresses.takePublic()]).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});
