import { describe, expect, it } from 'vitest';
import { type PollPace, untilNextLook } from './poll-pace.ts';

/** When something is looked at until it is done after so long, milliseconds since it began. */
function looks(doneAfterMs: number, pace: PollPace): number[] {
  const at = [0];
  for (let now = 0; now < doneAfterMs; ) {
    now += untilNextLook(now, pace);
    at.push(now);
  }
  return at;
}

describe('looks at something that is under way', () => {
  it('see at once what is done at once', () => {
    expect(looks(1, { atMostMs: 5_000 })).toEqual([0, 50]);
    expect(looks(120, { atMostMs: 5_000 }).at(-1)).toBe(150);
  });

  it('see its end within a fifth of the time it took', () => {
    for (const took of [300, 1_000, 4_000, 12_000, 24_000])
      expect(looks(took, { atMostMs: 5_000 }).at(-1)).toBeLessThanOrEqual(took * 1.2);
  });

  it('see its end in time however long it took', () => {
    for (const took of [60_000, 300_000, 900_000])
      expect(looks(took, { atMostMs: 5_000 }).at(-1)).toBeLessThanOrEqual(took + 5_000);
  });

  it('are no more than one every three seconds where it takes minutes', () => {
    for (const minutes of [3.5, 5, 10, 15]) {
      const took = minutes * 60_000;
      expect(looks(took, { atMostMs: 5_000 }).length).toBeLessThanOrEqual(took / 3_000);
    }
  });

  it('are as far apart as they are told to be at least', () => {
    const pace = { atLeastMs: 1_000, atMostMs: 15_000 };
    expect(looks(5_000, pace)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(untilNextLook(10_000, pace)).toBe(2_000);
    expect(untilNextLook(600_000, pace)).toBe(15_000);
  });
});
