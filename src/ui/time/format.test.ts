import { describe, expect, it } from 'vitest';
import { inputText, lengthText, momentOf, roughLength, slotText } from './format.ts';

const at = (text: string) => Date.parse(text);

describe('times in words', () => {
  it('writes a slot of today without the day, and one of another day with it', () => {
    const [from, to] = [at('2026-03-01T14:15:00Z'), at('2026-03-01T16:15:00Z')];
    expect(slotText(from, to, at('2026-03-01T08:00:00Z'), 'utc')).toBe('14:15–16:15');
    expect(slotText(from, to, at('2026-02-27T08:00:00Z'), 'utc')).toBe('1 Mar 14:15–16:15');
  });

  it('names the day of the end where the slot runs into the next', () => {
    const [from, to] = [at('2026-03-01T23:00:00Z'), at('2026-03-02T01:00:00Z')];
    expect(slotText(from, to, from, 'utc')).toBe('23:00–2 Mar 01:00');
  });

  it('writes lengths as exactly as they are worth', () => {
    expect([9, 161, 5_900, 273_600].map((s) => lengthText(s * 1_000))).toEqual([
      '9s',
      '2m41',
      '1:38:20',
      '3d 4h',
    ]);
    expect(lengthText(-5)).toBe('0s');
  });

  it('writes ages roughly', () => {
    expect([20, 240, 7_200, 7_500, 260_000].map((s) => roughLength(s * 1_000))).toEqual([
      '20 s',
      '4 min',
      '2 h',
      '2 h 5 min',
      '3 d',
    ]);
  });

  it('reads back what it gave a date field, in either zone', () => {
    const moment = at('2026-07-01T12:30:00Z');
    for (const zone of ['utc', 'local'] as const)
      expect(momentOf(inputText(moment, zone), zone)).toBe(moment);
    expect(momentOf('', 'utc')).toBeUndefined();
  });
});
