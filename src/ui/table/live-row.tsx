// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are laid out as grids, and real table elements lose their roles then
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and tells of its active row
import { memo, useRef } from 'react';
import type { Entity, EntityStore } from '../store/entity-store.ts';
import { useEntity } from '../store/use-entity.ts';
import type { Column } from './column.ts';
import styles from './live-table.module.css';

interface LiveRowProps<E extends Entity> {
  domId: string;
  store: EntityStore<E>;
  id: string;
  index: number;
  top: number;
  columns: readonly Column<E>[];
  template: string;
  phone: boolean;
  active: boolean;
  peeked: boolean;
  onChoose: (id: string) => void;
}

/** One row. It looks at its own entity, and keeps showing one that is gone until the order lets go of it. */
function Row<E extends Entity>(props: LiveRowProps<E>) {
  const { domId, store, id, index, top, columns, template, phone, active, peeked, onChoose } = props;
  const now = useEntity(store, id);
  const last = useRef(now);
  if (now) last.current = now;
  const entity = last.current;
  const first = useRef(entity && stateOf(entity));
  if (!entity) return null;
  const state = stateOf(entity);
  const cells = (line: 1 | 2 | undefined) =>
    columns
      .filter(({ phoneLine }) => line === undefined || phoneLine === line)
      .map((column) => (
        <div key={column.id} role="gridcell" className={styles.cell}>
          {column.cell(entity)}
        </div>
      ));
  return (
    // The grid that holds the rows has the keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={domId}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={peeked}
      className={phone ? styles.rowOnPhone : styles.row}
      data-active={active || undefined}
      data-gone={now ? undefined : true}
      style={{
        transform: `translateY(${top}px)`,
        ...(phone ? {} : { gridTemplateColumns: template }),
      }}
      onClick={(event) => {
        const onLink = event.target instanceof Element && event.target.closest('a, button');
        if (!onLink) onChoose(id);
      }}
    >
      {state !== first.current && <i key={state} className={styles.flash} />}
      {phone ? (
        <>
          <div className={styles.line}>{cells(1)}</div>
          <div className={styles.line}>{cells(2)}</div>
        </>
      ) : (
        cells(undefined)
      )}
    </div>
  );
}

export const LiveRow = memo(Row) as typeof Row;

/** What a row flashes for when it changes: its state, not each small thing. */
function stateOf(entity: Entity): string {
  return 'statusSince' in entity ? String(entity.statusSince) : '';
}
