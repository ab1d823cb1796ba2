import { expect, it } from 'vitest';
import { problemType, refusalCodeOf, STATUS_OF } from './problem.ts';

const codes = Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[];

it.each(codes)('the problem type of %s leads back to it', (code) => {
  expect(problemType(code)).toBe(`urn:lcm:problem:${code}`);
  expect(refusalCodeOf(problemType(code))).toBe(code);
});

it.each([
  'about:blank',
  'urn:lcm:problem:',
  'urn:lcm:problem:toString',
  'https://example.com/conflict',
  'conflict',
])('the type %s is not ours', (type) => {
  expect(refusalCodeOf(type)).toBeUndefined();
});

it('every refusal is an error of the caller or a wait', () => {
  for (const status of Object.values(STATUS_OF))
    expect([400, 401, 403, 404, 409, 412, 422, 429, 503]).toContain(status);
});

it('a state that does not allow it is 409, a stale read 412, a broken rule 422', () => {
  expect(STATUS_OF).toMatchObject({ illegalTransition: 409, conflict: 409, staleVersion: 412, rule: 422 });
});
