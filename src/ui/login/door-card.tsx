import type { ReactNode } from 'react';
import { texts } from '../texts/texts.ts';
import styles from './door-card.module.css';

/** What stands in place of everything before one is let in: a card like the one of the built-in provider. */
export function DoorCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main id="content" className={styles.place} tabIndex={-1}>
      <div className={styles.card}>
        <p className={styles.product}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          {texts.product}
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
