import type { ReactNode } from 'react';
import { Chip, type Look } from '../state/chip.tsx';
import styles from './overview-page.module.css';

interface StateCountsProps {
  counts: readonly { look: Look; count: number }[];
  /** Wraps a number in the link to what it counts. */
  link: (state: string, children: ReactNode) => ReactNode;
}

/** How many are in each state; each number leads to them. */
export function StateCounts({ counts, link }: StateCountsProps) {
  return (
    <ul>
      {counts.map(({ look, count }) => (
        <li key={look.word} className={styles.line}>
          <span className={styles.chips}>
            <Chip look={look} />
          </span>
          {link(look.word, count.toLocaleString('en'))}
        </li>
      ))}
    </ul>
  );
}
