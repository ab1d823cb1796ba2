import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placementId, sessionId } from './ids.ts';
import { type Amounts, amountsOf, DIMENSIONS, NOTHING } from './resources.ts';
import { T0 } from './scenario.fixture.ts';
import { iso } from './time.ts';
import { overlap, type Window } from './timeslot.ts';
import { type Claim, claimOf, peakUsage } from './usage.ts';

const MINUTE = 60_000;

/** Amounts with decimals that binary numbers do not hold exactly. */
const tenths = fc.nat(160).map((amount) => amount / 10);
const windows: fc.Arbitrary<Window> = fc
  .tuple(fc.nat(40), fc.nat(12))
  .map(([from, length]) => ({ from: T0 + from * MINUTE, to: T0 + (from + length) * MINUTE }));
const claims: fc.Arbitrary<Claim> = fc
  .tuple(windows, fc.record({ cpuCores: tenths, memoryGb: tenths, storageGb: tenths }), fc.nat(40))
  .map(([{ from, to }, need, many]) =>
    claimOf({
      placementId: placementId.parse('p'),
      sessionId: sessionId.parse('s'),
      from: iso(from),
      to: iso(to),
      need: { ...need, nodes: many, ports: many },
    }),
  );

describe('the most that is taken at once', () => {
  it('is what a look at every minute finds', () => {
    fc.assert(
      fc.property(fc.array(claims, { maxLength: 80, size: 'max' }), windows, (all, { from, to }) => {
        const window = { from, to: to + MINUTE };
        const [found, expected] = [peakUsage(all, window), minuteByMinute(all, window)];
        for (const dimension of DIMENSIONS)
          expect(Math.abs(found[dimension] - expected[dimension])).toBeLessThan(1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('stays exact to a billionth over a year of bookings', () => {
    const need = { cpuCores: 0.1, memoryGb: 7.7, storageGb: 1 / 3, nodes: 3, ports: 3 };
    const year = Array.from({ length: 20_000 }, (_, number) =>
      claimOf({
        placementId: placementId.parse(`p-${number}`),
        sessionId: sessionId.parse(`s-${number}`),
        from: iso(T0 + number * 20 * MINUTE),
        to: iso(T0 + (number + 9) * 20 * MINUTE),
        need,
      }),
    );
    const peak = peakUsage(year, { from: T0, to: T0 + 20_000 * 20 * MINUTE });
    for (const dimension of DIMENSIONS)
      expect(Math.abs(peak[dimension] - 9 * amountsOf(need)[dimension])).toBeLessThan(1e-9);
  });

  it('counts neither what ends as the window begins nor what begins as it ends', () => {
    const need = { cpuCores: 1, memoryGb: 1, storageGb: 1, nodes: 1, ports: 1 };
    const claim = (from: number, to: number) =>
      claimOf({
        placementId: placementId.parse('p'),
        sessionId: sessionId.parse('s'),
        from: iso(T0 + from * MINUTE),
        to: iso(T0 + to * MINUTE),
        need,
      });
    const window = { from: T0 + 10 * MINUTE, to: T0 + 20 * MINUTE };
    expect(peakUsage([claim(0, 10), claim(20, 30)], window)).toEqual(NOTHING);
    expect(peakUsage([claim(0, 11), claim(11, 19), claim(19, 30)], window).sessions).toBe(1);
  });
});

function minuteByMinute(all: readonly Claim[], window: Window): Amounts {
  const peak = { ...NOTHING };
  for (let moment = window.from; moment < window.to; moment += MINUTE) {
    const there = all.filter((claim) => overlap(claim, { from: moment, to: moment + MINUTE }));
    for (const dimension of DIMENSIONS) {
      const sum = there.reduce((taken, { amounts }) => taken + amounts[dimension], 0);
      peak[dimension] = Math.max(peak[dimension], sum);
    }
  }
  return peak;
}
