import { describe, expect, test } from 'vitest';
import { isMadeFor, isPooled, labMarker, markersIn, poolMarker, withMarker } from './marker.ts';

describe('a marker in the notes of a lab', () => {
  test('says whose the lab is', () => {
    const notes = withMarker('# Read me', labMarker('demo', 's-1', 2));
    expect(notes).toBe('# Read me\n\nlcm:demo/s-1/2');
    expect(markersIn(notes)).toEqual([{ installation: 'demo', session: 's-1', attempt: '2' }]);
    expect(isMadeFor(notes, 'demo', 's-1')).toBe(true);
  });

  test('is not taken for that of another session or installation', () => {
    const notes = labMarker('demo', 's-10', 1);
    expect(isMadeFor(notes, 'demo', 's-1')).toBe(false);
    expect(isMadeFor(notes, 'other', 's-10')).toBe(false);
  });

  test('takes the place of the one before, and leaves what people wrote', () => {
    const notes = withMarker('', labMarker('demo', 's-1', 1));
    expect(withMarker(`mind the gap\n${notes}`, poolMarker('demo', 'lab-1'))).toBe(
      'mind the gap\n\nlcm:demo/pool/lab-1',
    );
    expect(markersIn(poolMarker('demo', 'lab-1')).map(isPooled)).toEqual([true]);
  });

  test('is a line of its own: what only mentions one is none', () => {
    expect(markersIn('see lcm:demo/s-1/1 for more')).toEqual([]);
    expect(markersIn('lcm:demo/s-1')).toEqual([]);
  });
});
