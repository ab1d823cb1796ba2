import { expect, it } from 'vitest';
import { versionKey } from './version-key.ts';

it('sorts versions as numbers, and what comes before a release before it', () => {
  const sorted = ['1.9.0', '1.10.0', '2.0.0-rc.1', '2.0.0'];
  const shuffled = ['2.0.0', '1.10.0', '2.0.0-rc.1', '1.9.0'];
  expect(shuffled.sort((a, b) => (versionKey(a) < versionKey(b) ? -1 : 1))).toEqual(sorted);
});
