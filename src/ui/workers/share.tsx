import styles from './share.module.css';

/** A share of a whole as a bar with its number. @param share 0 to 1, more where too much was promised */
export function Share({ share }: { share: number }) {
  const percent = Math.round(share * 100);
  return (
    <span className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <span
          className={styles.bar}
          data-full={share > 0.9 || undefined}
          style={{ width: `${Math.min(100, percent)}%` }}
        />
      </span>
      <span className={styles.number}>{percent} %</span>
    </span>
  );
}
