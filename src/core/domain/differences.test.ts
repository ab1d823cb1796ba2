import { describe, expect, it } from 'vitest';
import { differencesOf } from './differences.ts';

const told = (before: unknown, after: unknown) => differencesOf(before, after).differences;

describe('the differences between two states', () => {
  it('name each field with what was there and what is there now', () => {
    const before = { status: 'PENDING', slot: { start: 'a', end: 'b' }, onHold: false, region: 'x' };
    const after = { status: 'SCHEDULED', slot: { start: 'a', end: 'c' }, onHold: false, worker: 'w-1' };
    expect(told(before, after)).toEqual([
      { field: '/status', from: 'PENDING', to: 'SCHEDULED' },
      { field: '/slot/end', from: 'b', to: 'c' },
      { field: '/worker', to: 'w-1' },
      { field: '/region', from: 'x' },
    ]);
  });

  it('tell of a new state by its fields, and of an object in place of a value as a whole', () => {
    expect(told(undefined, { slot: { end: 'b' }, note: null })).toEqual([
      { field: '/slot/end', to: 'b' },
      { field: '/note', to: null },
    ]);
    expect(told({ a: null, b: { c: 1 } }, { a: { c: 1 } })).toEqual([
      { field: '/a', from: null, to: { c: 1 } },
      { field: '/b/c', from: 1 },
    ]);
  });

  it('take equal lists for equal, and tell of others whole', () => {
    expect(told({ tags: ['a'], ports: [1] }, { tags: ['a'], ports: [1, 2] })).toEqual([
      { field: '/ports', from: [1], to: [1, 2] },
    ]);
  });

  it('never tell a secret, wherever it stands', () => {
    const after = { loginUrl: 'https://lds/marker', devices: [{ label: 'R1', password: 'marker' }] };
    const differences = told({ loginUrl: 'https://lds/before', devices: [] }, after);
    expect(differences).toEqual([
      { field: '/loginUrl', hidden: true },
      { field: '/devices', from: [], to: [{ label: 'R1', password: '(hidden)' }] },
    ]);
    expect(JSON.stringify(differences)).not.toContain('marker');
  });

  it('leave out what the entry or earlier ones say', () => {
    const before = { id: 's', updatedAt: '1', updatedBy: 'ada', history: [1], slot: { id: 1 } };
    const after = { id: 's', updatedAt: '2', updatedBy: 'bo', history: [1, 2], slot: { id: 2 } };
    expect(told(before, after)).toEqual([{ field: '/slot/id', from: 1, to: 2 }]);
  });

  it('escape field names as pointers do', () => {
    expect(told({}, { 'a/b~c': 1 })).toEqual([{ field: '/a~1b~0c', to: 1 }]);
  });

  it('are cut, and say so, where there are too many or one is too long', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, n]));
    const cut = differencesOf({}, many);
    expect(cut.cut).toBe(true);
    expect(cut.differences.length).toBeLessThan(100);
    const long = differencesOf({ text: '' }, { text: 'x'.repeat(10_000) });
    expect(long.cut).toBe(true);
    expect(JSON.stringify(long.differences).length).toBeLessThan(700);
    expect(differencesOf({ a: 1 }, { a: 2 }).cut).toBe(false);
  });
});
