import { type ReactNode, useCallback, useEffect, useMemo } from 'react';
import page from '../app/page.module.css';
import { type ListSearch, wordsOf } from '../app/search-params.ts';
import { useLetter } from '../app/use-shortcuts.ts';
import { useConnection } from '../live/use-connection.ts';
import type { Entity, EntityStore } from '../store/entity-store.ts';
import { texts } from '../texts/texts.ts';
import { type Column, shownColumns } from './column.ts';
import { type FilterOption, matcherOf } from './filter-option.ts';
import styles from './list-page.module.css';
import { ListToolbar } from './list-toolbar.tsx';
import { LiveTable } from './live-table.tsx';
import { Peek } from './peek.tsx';
import { TableSkeleton } from './table-skeleton.tsx';
import { useLiveOrder } from './use-live-order.ts';

export interface ListPageProps<E extends Entity> {
  title: string;
  store: EntityStore<E>;
  columns: readonly Column<E>[];
  filters: readonly FilterOption<E>[];
  /** All text of an entity that the text filter looks into. */
  textOf: (entity: E) => string;
  usualSort: string;
  search: ListSearch;
  onSearch: (change: Partial<ListSearch>) => void;
  /** Absent for what has no page of its own: then it is peeked at. */
  onOpen?: (id: string) => void;
  renderPeek: (entity: E) => ReactNode;
  /** What stands there while there are none at all. */
  empty: ReactNode;
  actions?: ReactNode;
}

/** A live list of one kind: filters, table and peek, all of it said by the address. */
export function ListPage<E extends Entity>(props: ListPageProps<E>) {
  const { title, store, columns, filters, textOf, usualSort, search, onSearch, onOpen } = props;
  const loaded = useConnection().loaded;
  const shown = useMemo(() => shownColumns(columns, search.cols), [columns, search.cols]);
  const matches = useMemo(
    () => matcherOf(filters, wordsOf(search.state), search.q ?? '', textOf),
    [filters, search.state, search.q, textOf],
  );
  const sort = search.sort ?? usualSort;
  const { order, ids, waiting } = useLiveOrder(store, columns, matches, sort);
  const onPeek = useCallback((peek: string | undefined) => onSearch({ peek }), [onSearch]);
  const onHeld = useCallback((held: boolean) => order.setHeld(held), [order]);
  useLetter('r', order.apply);
  const peeking = search.peek !== undefined;
  useEffect(() => {
    if (!peeking) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('[role="dialog"]'))
        onPeek(undefined);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [peeking, onPeek]);
  const filtered = search.state !== undefined || search.q !== undefined;

  return (
    <div className={`${page.page} ${page.fixed}`}>
      <div className={page.head}>
        <h1>{title}</h1>
        <span className="quiet">{texts.table.count(ids.length, Math.max(store.size, ids.length))}</span>
        <div className={page.push}>{props.actions}</div>
      </div>
      <ListToolbar
        filters={filters}
        columns={columns}
        search={search}
        onSearch={onSearch}
        waiting={waiting}
        onApply={order.apply}
      />
      <div className={styles.split}>
        {ids.length > 0 ? (
          <LiveTable
            store={store}
            columns={shown}
            ids={ids}
            label={title}
            sort={sort}
            onSort={(next) => onSearch({ sort: next === usualSort ? undefined : next })}
            onHeld={onHeld}
            peek={search.peek}
            onPeek={onPeek}
            onOpen={onOpen ?? onPeek}
          />
        ) : loaded ? (
          <div className={`${page.card} ${page.empty} ${styles.grow}`}>
            {filtered ? (
              <>
                <p>{texts.table.noneMatch}</p>
                <button
                  type="button"
                  className={styles.clear}
                  onClick={() => onSearch({ state: undefined, q: undefined })}
                >
                  {texts.table.clear}
                </button>
              </>
            ) : (
              props.empty
            )}
          </div>
        ) : (
          <TableSkeleton />
        )}
        {search.peek !== undefined && (
          <Peek store={store} id={search.peek} onClose={() => onPeek(undefined)} onOpen={onOpen}>
            {props.renderPeek}
          </Peek>
        )}
      </div>
    </div>
  );
}
