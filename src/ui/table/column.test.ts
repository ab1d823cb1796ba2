import { describe, expect, it } from 'vitest';
import { type Column, gridOf, parseSort, shownColumns, sortedIds, sortText } from './column.ts';

interface Row {
  id: string;
  size: number;
}
const column = (id: string, more: Partial<Column<Row>> = {}): Column<Row> => ({
  id,
  header: id,
  width: [100, 1],
  cell: () => null,
  ...more,
});
const columns = [
  column('state', { always: true }),
  column('size', { compare: (a, b) => a.size - b.size }),
  column('cost', { extra: true }),
];
const rows = (): Row[] => [
  { id: 'b', size: 1 },
  { id: 'c', size: 2 },
  { id: 'a', size: 1 },
];

describe('columns', () => {
  it('sort either way, equals by id each time', () => {
    expect(sortedIds(rows(), columns, parseSort('size'))).toEqual(['a', 'b', 'c']);
    expect(sortedIds(rows(), columns, parseSort('-size'))).toEqual(['c', 'a', 'b']);
  });

  it('are ordered by id where the address names none that can be sorted by', () => {
    expect(sortedIds(rows(), columns, parseSort('nonsense'))).toEqual(['a', 'b', 'c']);
  });

  it('show the usual ones, or those asked for and those that always stay', () => {
    const ids = (chosen?: string) => shownColumns(columns, chosen).map(({ id }) => id);
    expect(ids()).toEqual(['state', 'size']);
    expect(ids('cost')).toEqual(['state', 'cost']);
  });

  it('share one grid that is never narrower than they need', () => {
    expect(gridOf([column('a'), column('b', { width: [80, 0] })])).toEqual({
      template: 'minmax(100px, 1fr) 80px',
      minWidth: 180,
    });
  });

  it('write a sort as they read it', () => {
    for (const text of ['size', '-size']) expect(sortText(parseSort(text))).toBe(text);
  });
});
