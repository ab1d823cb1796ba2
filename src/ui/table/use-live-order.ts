import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { browserPace } from '../browser/pace.ts';
import type { Entity, EntityStore } from '../store/entity-store.ts';
import { type Column, parseSort, sortedIds } from './column.ts';
import { LiveOrder } from './live-order.ts';

/**
 * The live order of what passes the filter.
 * @param matches stable between drawings while the filter is the same
 */
export function useLiveOrder<E extends Entity>(
  store: EntityStore<E>,
  columns: readonly Column<E>[],
  matches: (entity: E) => boolean,
  sort: string,
) {
  const compute = useMemo(
    () => () => {
      const rows: E[] = [];
      for (const entity of store.values()) if (matches(entity)) rows.push(entity);
      return sortedIds(rows, columns, parseSort(sort));
    },
    [store, columns, matches, sort],
  );
  const [order] = useState(() => new LiveOrder(browserPace, compute));
  useEffect(() => order.reorder(compute), [order, compute]);
  useEffect(() => {
    const unwatch = store.watchAll(order.changed);
    return () => {
      unwatch();
      order.stop();
    };
  }, [store, order]);
  const shown = useSyncExternalStore(order.watch, order.get);
  return { order, ...shown };
}
