import { Link } from '@tanstack/react-router';
import { Chip } from '../state/chip.tsx';
import { AT_RISK } from '../state/session-look.ts';
import { texts } from '../texts/texts.ts';
import { clockTime, dayOfMonth } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone } from '../time/zone.ts';
import type { Start } from './outlook.ts';
import styles from './overview-page.module.css';

const MOST = 12;

/** What starts in the next day, and how far it is. */
export function StartingSoon({ starts }: { starts: readonly Start[] }) {
  const zone = useZone();
  const today = dayOfMonth(useNow(), zone);
  if (starts.length === 0) return <p className="quiet">{texts.overview.noneSoon}</p>;
  return (
    <ul>
      {starts.slice(0, MOST).map(({ at, definition, sessions, ready, building, waiting, atRisk }) => (
        <li key={`${at} ${definition}`} className={styles.line}>
          <time dateTime={new Date(at).toISOString()} className={styles.time}>
            {dayOfMonth(at, zone) === today ? '' : `${dayOfMonth(at, zone)} `}
            {clockTime(at, zone)}
          </time>
          <Link to="/sessions" search={{ q: definition.split(' ')[0] }}>
            {definition}
          </Link>
          <span>{texts.overview.sessions(sessions)}</span>
          <span className={styles.why}>{texts.overview.soonLine(ready, building, waiting)}</span>
          {atRisk > 0 && <Chip look={{ ...AT_RISK, word: texts.overview.someAtRisk(atRisk) }} />}
        </li>
      ))}
      {starts.length > MOST && <li className={styles.line}>{texts.overview.more(starts.length - MOST)}</li>}
    </ul>
  );
}
