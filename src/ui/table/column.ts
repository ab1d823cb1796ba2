import type { ReactNode } from 'react';

/** One column of a live table. */
export interface Column<E> {
  id: string;
  header: string;
  /** Pixels at least, and its share of what is left over; 0 for a column that does not grow. */
  width: readonly [number, number];
  cell: (entity: E) => ReactNode;
  /** How rows are ordered by it; a column without cannot be sorted by. */
  compare?: (a: E, b: E) => number;
  /** On which line of the card it stands on a phone; not at all where absent. */
  phoneLine?: 1 | 2;
  /** Only there when asked for. */
  extra?: boolean;
  /** Stays, whatever columns are chosen. */
  always?: boolean;
}

/** The grid that head and rows share, and the pixels that it takes at least. */
export function gridOf(columns: readonly Pick<Column<never>, 'width'>[]): {
  template: string;
  minWidth: number;
} {
  return {
    template: columns
      .map(({ width: [least, share] }) => (share > 0 ? `minmax(${least}px, ${share}fr)` : `${least}px`))
      .join(' '),
    minWidth: columns.reduce((sum, { width: [least] }) => sum + least, 0),
  };
}

/** How a table is sorted, as its address says it: `timeslot` or `-timeslot` for the other way round. */
export interface Sort {
  column: string;
  descending: boolean;
}

export function parseSort(text: string): Sort {
  return text.startsWith('-')
    ? { column: text.slice(1), descending: true }
    : { column: text, descending: false };
}

export const sortText = ({ column, descending }: Sort): string => `${descending ? '-' : ''}${column}`;

/** The columns to show. @param chosen ids as the address says them; undefined for the usual ones */
export function shownColumns<E>(columns: readonly Column<E>[], chosen: string | undefined): Column<E>[] {
  const ids = chosen?.split(',');
  return columns.filter((one) => one.always || (ids ? ids.includes(one.id) : !one.extra));
}

/** Ids in the order of the sort; equals by id, so that rows never swap without a reason. */
export function sortedIds<E extends { id: string }>(
  entities: E[],
  columns: readonly Column<E>[],
  { column, descending }: Sort,
): string[] {
  const compare = columns.find(({ id }) => id === column)?.compare ?? (() => 0);
  const sign = descending ? -1 : 1;
  return entities.sort((a, b) => sign * compare(a, b) || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}
