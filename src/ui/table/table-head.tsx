// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are laid out as grids, and real table elements lose their roles then
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and tells of its active row
import type { Column, Sort } from './column.ts';
import styles from './live-table.module.css';

interface TableHeadProps {
  columns: readonly Pick<Column<never>, 'id' | 'header' | 'compare'>[];
  template: string;
  minWidth: number;
  phone: boolean;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** The head row; a column that can be sorted by is a button that turns the order round. */
export function TableHead({ columns, template, minWidth, phone, sort, onSort }: TableHeadProps) {
  return (
    <div className={styles.headGroup} role="rowgroup" style={{ minWidth }}>
      <div
        className={phone ? styles.headOnPhone : styles.head}
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
      >
        {columns.map(({ id, header, compare }) => {
          const sorted = sort.column === id;
          const order = sorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
          return (
            <div
              key={id}
              role="columnheader"
              className={styles.headCell}
              aria-sort={compare ? order : undefined}
            >
              {compare ? (
                <button
                  type="button"
                  className={styles.sortButton}
                  onClick={() => onSort({ column: id, descending: sorted && !sort.descending })}
                >
                  {header}
                  <span aria-hidden="true">{sorted ? (sort.descending ? '↓' : '↑') : ''}</span>
                </button>
              ) : (
                header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
