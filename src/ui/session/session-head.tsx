import type { SessionView } from '@lcm/core/api/sessions.ts';
import page from '../app/page.module.css';
import { ownerText } from '../sessions/owner-text.ts';
import { Countdown } from '../sessions/session-times.tsx';
import { Chip } from '../state/chip.tsx';
import { sessionFlags, sessionLook } from '../state/session-look.ts';
import { texts } from '../texts/texts.ts';
import { clockTimeToSecond } from '../time/format.ts';
import { useZone } from '../time/zone.ts';
import { endingText } from './ending-text.ts';
import { SessionActions } from './session-actions.tsx';
import styles from './session-head.module.css';

/** What stays at the top of the session's page: state and reason, countdown, what one may do. */
export function SessionHead({ view }: { view: SessionView }) {
  const zone = useZone();
  return (
    <header className={page.head}>
      <h1>
        {view.definition.name} <span className="quiet">{view.definition.version}</span>
      </h1>
      <span className="quiet">{ownerText(view)}</span>
      <span className={styles.state}>
        <Chip look={sessionLook(view)} />
        {sessionFlags(view).map((look) => (
          <Chip key={look.word} look={look} />
        ))}
        <span className="quiet">
          {texts.session.since(clockTimeToSecond(Date.parse(view.statusSince), zone))}
        </span>
      </span>
      <Countdown view={view} />
      {view.ending && <span className="quiet">{endingText(view.ending)}</span>}
      <span className={page.push}>
        <SessionActions view={view} />
      </span>
    </header>
  );
}
