import { expect, it } from 'vitest';
import { VerifiedTokens } from './verified-tokens.ts';

it('keeps those used last, and as many as it is to', () => {
  const tokens = new VerifiedTokens<{ expiresAt: number }>(2);
  tokens.put('a', { expiresAt: 10 });
  tokens.put('b', { expiresAt: 10 });
  tokens.get('a', 0);
  tokens.put('c', { expiresAt: 10 });
  expect(['a', 'b', 'c'].map((one) => tokens.get(one, 0) !== undefined)).toEqual([true, false, true]);
});

it('gives none whose time is over, and none that it was told to forget', () => {
  const tokens = new VerifiedTokens<{ expiresAt: number }>(2);
  tokens.put('a', { expiresAt: 10 });
  tokens.put('b', { expiresAt: 20 });
  expect(tokens.get('a', 10)).toBeUndefined();
  tokens.forget('b');
  expect(tokens.get('b', 10)).toBeUndefined();
});
