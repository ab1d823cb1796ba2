import { Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { browserPace } from '../browser/pace.ts';
import { texts } from '../texts/texts.ts';
import styles from './table-skeleton.module.css';

/** Milliseconds before it shows: what loads faster should not flicker. */
const PATIENCE_MS = 150;

/** A table's shape while its first rows come in. */
export function TableSkeleton() {
  const [late, setLate] = useState(false);
  useEffect(() => browserPace.after(PATIENCE_MS, () => setLate(true)), []);
  return (
    <div className={styles.skeleton} role="status" aria-label={texts.table.loading}>
      {late &&
        [96, 82, 88, 74, 91, 79, 85].map((width) => <Skeleton key={width} height={14} width={`${width}%`} />)}
    </div>
  );
}
