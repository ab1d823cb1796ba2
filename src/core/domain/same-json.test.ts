import { expect, it } from 'vitest';
import { sameJson } from './same-json.ts';

it('sees no difference in the order of keys, at any depth', () => {
  expect(sameJson({ a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 })).toBe(true);
});

it('sees none in what JSON does not say', () => {
  expect(sameJson({ a: undefined }, {})).toBe(true);
  expect(sameJson(undefined, undefined)).toBe(true);
});

it('sees any other difference', () => {
  expect(sameJson({ a: 1 }, { a: 2 })).toBe(false);
  expect(sameJson({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(sameJson({ a: {} }, { a: [] })).toBe(false);
  expect(sameJson(null, undefined)).toBe(false);
});
