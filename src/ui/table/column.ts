import type { ReactNode } from 'react';

/** One column of a live table. */
export interface Column<E> {
  id: string;
  header: string;
  /** Grid track, e.g. `minmax(120px, 1fr)`. */
  width: string;
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
