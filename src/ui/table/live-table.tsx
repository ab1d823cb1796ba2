// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are laid out as grids, and real table elements lose their roles then
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Entity, EntityStore } from '../store/entity-store.ts';
import { type Column, gridOf, parseSort, sortText } from './column.ts';
import { LiveRow } from './live-row.tsx';
import styles from './live-table.module.css';
import { TableHead } from './table-head.tsx';
import { useHand } from './use-hand.ts';

export interface LiveTableProps<E extends Entity> {
  store: EntityStore<E>;
  columns: readonly Column<E>[];
  ids: readonly string[];
  label: string;
  sort: string;
  onSort: (sort: string) => void;
  /** Whether somebody's pointer or focus is in the table. */
  onHeld: (held: boolean) => void;
  /** Id of the row whose peek is open. */
  peek: string | undefined;
  /** Row chosen by click or `Space`; undefined closes. */
  onPeek: (id: string | undefined) => void;
  onOpen: (id: string) => void;
}

const ROW = 32;
const ROW_ON_PHONE = 68;

/**
 * Rows of live entities. Only those in sight are drawn, each looks at its own entity, and the order changes
 * only when the caller hands in other ids. Roles and row numbers tell the whole table to assistive technology.
 */
export function LiveTable<E extends Entity>(props: LiveTableProps<E>) {
  const { store, columns, ids, label, sort, onSort, onHeld, peek, onPeek, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const phone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false }) ?? false;
  const rowHeight = phone ? ROW_ON_PHONE : ROW;
  const hand = useHand(onHeld);
  const tableId = useId();
  const [active, setActive] = useState<string>();
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
    scrollPaddingStart: ROW,
  });
  useLayoutEffect(() => {
    if (rowHeight) virtual.measure();
  }, [virtual, rowHeight]);
  useAnchoredScroll(scroller, ids, rowHeight);

  const choose = useCallback(
    (id: string) => {
      setActive(id);
      if (phone) onOpen(id);
      else onPeek(id);
    },
    [phone, onOpen, onPeek],
  );
  const activate = (index: number) => {
    const bounded = Math.max(0, Math.min(ids.length - 1, index));
    const id = ids[bounded];
    if (!id) return;
    setActive(id);
    virtual.scrollToIndex(bounded, { align: 'auto' });
    if (peek) onPeek(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || event.metaKey || event.ctrlKey || event.altKey) return;
    const current = active ? ids.indexOf(active) : -1;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const step: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: ids.length - 1,
    };
    const next = step[event.key];
    if (next !== undefined) activate(next);
    else if (event.key === ' ' && active) onPeek(peek === active ? undefined : active);
    else if (event.key === 'Enter' && active) onOpen(active);
    else return;
    event.preventDefault();
  };

  const { template, minWidth } = gridOf(columns);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={ids.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active && ids.includes(active) ? `${tableId}${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...hand}
    >
      <TableHead
        columns={columns}
        template={template}
        minWidth={phone ? 0 : minWidth}
        phone={phone}
        sort={parseSort(sort)}
        onSort={(next) => onSort(sortText(next))}
      />
      <div
        className={styles.body}
        role="rowgroup"
        style={{ height: virtual.getTotalSize(), minWidth: phone ? 0 : minWidth }}
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const id = ids[index] ?? '';
          return (
            <LiveRow
              key={id}
              domId={`${tableId}${id}`}
              store={store}
              id={id}
              index={index}
              top={start}
              columns={columns}
              template={template}
              phone={phone}
              active={active === id}
              peeked={peek === id}
              onChoose={choose}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the first row in sight where it is when rows above it come or go. */
function useAnchoredScroll(
  scroller: { readonly current: HTMLDivElement | null },
  ids: readonly string[],
  rowHeight: number,
): void {
  const before = useRef<readonly string[]>(ids);
  useLayoutEffect(() => {
    const element = scroller.current;
    const old = before.current;
    before.current = ids;
    if (!element || old === ids || element.scrollTop < rowHeight) return;
    const first = Math.floor(element.scrollTop / rowHeight);
    const id = old[first];
    const now = id === undefined ? -1 : ids.indexOf(id);
    if (now >= 0 && now !== first) element.scrollTop += (now - first) * rowHeight;
  }, [scroller, ids, rowHeight]);
}
