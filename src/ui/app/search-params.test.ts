import { describe, expect, it } from 'vitest';
import { parseSearch, partOf, partsOf, stringifySearch, wordsOf } from './search-params.ts';

describe('the address', () => {
  it('keeps every part as the text that it is', () => {
    expect(parseSearch('?q=123&state=RUNNING%2CREADY')).toEqual({ q: '123', state: 'RUNNING,READY' });
    const search = { q: '1 & 2', state: 'RUNNING,READY', peek: undefined };
    expect(stringifySearch(search)).toBe('?q=1+%26+2&state=RUNNING,READY');
    expect(parseSearch(stringifySearch(search))).toEqual({ q: '1 & 2', state: 'RUNNING,READY' });
    expect(stringifySearch({})).toBe('');
  });

  it('gives the parts that it knows and leaves out what is empty, overlong or not text', () => {
    const read = partsOf('q', 'sort');
    expect(read({ q: 'a', sort: '', other: 'x' })).toEqual({ q: 'a' });
    expect(read({ q: 'a'.repeat(501), sort: 7 })).toEqual({});
  });

  it('writes words as it reads them', () => {
    expect(wordsOf(partOf(['a', 'b']))).toEqual(['a', 'b']);
    expect(partOf([])).toBeUndefined();
    expect(wordsOf(undefined)).toEqual([]);
  });
});
