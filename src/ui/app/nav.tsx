import { publicContract } from '@lcm/core/api/contract.ts';
import { Link } from '@tanstack/react-router';
import { texts } from '../texts/texts.ts';
import { useMayCall, useMe } from './me.ts';
import styles from './nav.module.css';
import { PLACES } from './places.ts';

/** Which operation a place lives on: who may not call it does not get the place. */
const NEEDS = {
  '/overview': publicContract.sessions.list,
  '/sessions': publicContract.sessions.list,
  '/workers': publicContract.workers.list,
  '/definitions': publicContract.definitions.list,
  '/book': publicContract.sessions.book,
};

/** The main navigation: words on wide screens, icons on narrower ones, a menu on phones. */
export function Nav({ open, onGo }: { open: boolean; onGo: () => void }) {
  const me = useMe();
  const mayCall = useMayCall();
  const places = me ? PLACES.filter(({ to }) => mayCall(NEEDS[to])) : PLACES;
  return (
    <nav className={styles.nav} aria-label={texts.nav.label} data-open={open || undefined} id="nav">
      <ul>
        {places.map(({ to, title, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={styles.link} title={title} onClick={onGo}>
              <Icon size={18} stroke={1.6} aria-hidden="true" />
              <span>{title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
