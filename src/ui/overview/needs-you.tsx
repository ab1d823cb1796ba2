import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Link } from '@tanstack/react-router';
import { endingText } from '../session/ending-text.ts';
import { ownerText } from '../sessions/owner-text.ts';
import { Chip } from '../state/chip.tsx';
import { sessionFlags, sessionLook } from '../state/session-look.ts';
import { stores } from '../store/stores.ts';
import { useEntity } from '../store/use-entity.ts';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';
import styles from './overview-page.module.css';

/** No more than fit into a look; the rest is behind the link. */
const MOST = 12;

/** Sessions that need somebody, the worst first, each with its reason. */
export function NeedsYou({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return <p className="quiet">{texts.overview.nothing}</p>;
  return (
    <ul>
      {ids.slice(0, MOST).map((id) => (
        <Line key={id} id={id} />
      ))}
      {ids.length > MOST && (
        <li className={styles.line}>
          <Link to="/sessions" search={{ state: 'LATE,AT_RISK,ON_HOLD' }}>
            {texts.overview.more(ids.length - MOST)}
          </Link>
        </li>
      )}
    </ul>
  );
}

function Line({ id }: { id: string }) {
  const view = useEntity(stores.session, id);
  if (!view) return null;
  const flags = sessionFlags(view);
  return (
    <li className={styles.need}>
      <span className={styles.flags}>
        {(flags.length > 0 ? flags : [sessionLook(view)]).map((look) => (
          <Chip key={look.word} look={look} />
        ))}
      </span>
      <Link to="/sessions/$id" params={{ id }}>
        {view.definition.name} {view.definition.version}
      </Link>
      <span className="quiet">{ownerText(view)}</span>
      <span className={styles.reason}>{reasonOf(view)}</span>
      <span className={`quiet ${styles.age}`}>
        <Age at={view.statusSince} />
      </span>
    </li>
  );
}

/** Why it needs somebody, in the system's words. */
function reasonOf({ ending, standing, decision, status }: SessionView): string {
  if (ending) return endingText(ending);
  const reason = standing?.reason ?? decision?.reason;
  return reason ? `${reason.code}: ${reason.message}` : status;
}
