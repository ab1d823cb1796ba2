import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anyOf, pageOf, paging } from './list.ts';

const status = anyOf(['READY', 'RUNNING', 'STOPPED']);

describe('one or several of a closed set', () => {
  it.each([
    ['one', 'READY', ['READY']],
    ['several', ['READY', 'RUNNING'], ['READY', 'RUNNING']],
    ['any case', 'ready', ['READY']],
    ['commas', 'ready,Running', ['READY', 'RUNNING']],
    ['both', ['ready,running', 'STOPPED'], ['READY', 'RUNNING', 'STOPPED']],
    ['nothing', undefined, undefined],
  ])('takes %s', (_what, given, expected) => {
    expect(status.parse(given)).toEqual(expected);
  });

  it.each([
    ['what is not in it', 'sleeping'],
    ['an empty value', ''],
    ['more than there are', 'ready,ready,ready,ready'],
  ])('refuses %s', (_what, given) => {
    expect(status.safeParse(given).success).toBe(false);
  });

  it('may be left out of a query', () => {
    expect(z.object({ status }).parse({})).toEqual({});
  });
});

describe('paging', () => {
  const query = z.object(paging);

  it('gives a hundred where nothing is said, and what is said as text', () => {
    expect(query.parse({})).toEqual({ limit: 100 });
    expect(query.parse({ limit: '20', cursor: 'c' })).toEqual({ limit: 20, cursor: 'c' });
  });

  it.each(['0', '1001', '1.5', 'many'])('refuses a limit of %s', (limit) => {
    expect(query.safeParse({ limit }).success).toBe(false);
  });
});

it('the last page has no next cursor', () => {
  expect(pageOf(z.string()).parse({ items: ['a'] })).toEqual({ items: ['a'] });
});
