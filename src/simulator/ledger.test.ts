import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { describe, expect, it } from 'vitest';
import { openLedger } from './ledger.ts';
import { openSimulatorState } from './state.ts';

const hour = 3_600_000;

function emptyLedger() {
  const clock = new VirtualClock();
  const state = openSimulatorState(':memory:');
  return { clock, state, ledger: openLedger(state, clock) };
}

describe('the ledger', () => {
  it('knows what is there, what was, and what it all has cost so far', async () => {
    const { clock, ledger } = emptyLedger();
    ledger.open('instance', 'i-1', { type: 'm5zn.metal' }, 4);
    await clock.advance(hour);
    ledger.open('instance', 'i-2', {}, 2);
    ledger.open('lab', 'l-1');
    await clock.advance(hour);
    ledger.close('instance', 'i-1');
    await clock.advance(hour);
    expect(ledger.openEntries('instance').map(({ id }) => id)).toEqual(['i-2']);
    expect(ledger.openEntries()).toHaveLength(2);
    expect(ledger.all()).toHaveLength(3);
    expect(ledger.costUsd()).toBeCloseTo(4 * 2 + 2 * 2);
  });

  it('counts each stay of a thing on its own, and only one at a time', async () => {
    const { clock, ledger } = emptyLedger();
    ledger.open('runningLab', 'l-1');
    ledger.open('runningLab', 'l-1');
    await clock.advance(hour);
    ledger.close('runningLab', 'l-1');
    ledger.close('runningLab', 'l-1');
    ledger.open('runningLab', 'l-1');
    expect(ledger.all().map(({ closedAt }) => closedAt !== undefined)).toEqual([true, false]);
  });

  it('can learn late that something ended, but not before it began', async () => {
    const { clock, ledger } = emptyLedger();
    ledger.open('instance', 'i-1', {}, 4);
    const half = clock.now() + hour / 2;
    await clock.advance(hour);
    ledger.close('instance', 'i-1', half);
    expect(ledger.costUsd()).toBeCloseTo(2);
    ledger.open('instance', 'i-2', {}, 4);
    ledger.close('instance', 'i-2', half);
    expect(ledger.costUsd()).toBeCloseTo(2);
  });

  it('is the same when it is opened again', async () => {
    const { clock, state, ledger } = emptyLedger();
    ledger.open('instance', 'i-1', {}, 4);
    ledger.open('lab', 'l-1');
    ledger.close('lab', 'l-1');
    await clock.advance(hour);
    const again = openLedger(state, clock);
    expect(again.all()).toEqual(ledger.all());
    expect(again.costUsd()).toBe(ledger.costUsd());
    again.close('instance', 'i-1');
    expect(again.openEntries()).toEqual([]);
  });
});
