import { Link, useMatches } from '@tanstack/react-router';
import styles from './breadcrumb.module.css';

/** Where one is, with the way back to the list. */
export function Breadcrumb() {
  const match = useMatches({ select: (matches) => matches.at(-1) });
  if (!match) return null;
  const { title, parent } = match.staticData;
  const id = 'id' in match.params ? match.params.id : undefined;
  return (
    <div className={styles.crumbs}>
      {parent ? (
        <>
          <Link to={parent}>{title}</Link>
          <span aria-hidden="true">/</span>
          <span className={`mono ${styles.id}`}>{id}</span>
        </>
      ) : (
        <span>{title}</span>
      )}
    </div>
  );
}
