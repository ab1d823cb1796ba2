import { describe, expect, it } from 'vitest';
import { wildcard } from './filters.ts';

describe('a filter value', () => {
  it.each([
    ['cisco-cml2.9*', 'cisco-cml2.9-lablet', true],
    ['cisco-cml2.9*', 'cisco-cml2x9-lablet', false],
    ['*lablet*', 'cisco-lablet-1', true],
    ['m5zn.meta?', 'm5zn.metal', true],
    ['m5zn.meta?', 'm5zn.meta', false],
    ['(a+b)|[c]^$', '(a+b)|[c]^$', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a*', 'a\nb', true],
    ['', '', true],
  ])('%j says of %j: %s', (pattern, value, matches) => {
    expect(wildcard(pattern)(value)).toBe(matches);
  });
});
