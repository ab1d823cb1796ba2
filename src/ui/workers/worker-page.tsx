import type { SessionView } from '@lcm/core/api/sessions.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import page from '../app/page.module.css';
import { useConnection } from '../live/use-connection.ts';
import { ownerText } from '../sessions/owner-text.ts';
import { SlotTime } from '../sessions/session-times.tsx';
import { Chip } from '../state/chip.tsx';
import { sessionLook } from '../state/session-look.ts';
import { workerLook } from '../state/worker-look.ts';
import type { EntityStore } from '../store/entity-store.ts';
import { stores } from '../store/stores.ts';
import { useEntity } from '../store/use-entity.ts';
import { useSummary } from '../store/use-summary.ts';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';
import { Conditions } from './conditions.tsx';
import styles from './worker-page.module.css';
import { Promised, WorkerFacts } from './worker-summary.tsx';

const route = getRouteApi('/workers/$id');

/** One worker, live: conditions first, then what is promised, what runs on it, facts. */
export function WorkerPage() {
  const { id } = route.useParams();
  const view = useEntity(stores.worker, id);
  const { loaded } = useConnection();
  const sessionIds = useSummary(
    stores.session,
    useCallback((store: EntityStore<SessionView>) => [...store.indexed('worker', id)].sort(), [id]),
  );
  if (!view) {
    return <div className={page.page}>{loaded ? <p>{texts.workers.unknown(id)}</p> : <TableSkeleton />}</div>;
  }
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1>{view.name}</h1>
        <Chip look={workerLook(view.status)} />
        <span className="quiet">
          <Age at={view.statusSince} />
        </span>
      </header>
      <div className={styles.columns}>
        <section className={`${page.card} ${page.stack}`}>
          <h2>{texts.workers.conditions}</h2>
          <Conditions conditions={view.conditions} />
        </section>
        <div className={page.stack}>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.workers.promised}</h2>
            <Promised view={view} />
          </section>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.workers.sessionsOn}</h2>
            {sessionIds.length === 0 && <p className="quiet">{texts.workers.noSessions}</p>}
            <ul>
              {sessionIds.map((sessionId) => (
                <SessionLine key={sessionId} id={sessionId} />
              ))}
            </ul>
          </section>
        </div>
        <section className={`${page.card} ${page.stack}`}>
          <h2>{texts.workers.facts}</h2>
          <WorkerFacts view={view} />
        </section>
      </div>
    </div>
  );
}

function SessionLine({ id }: { id: string }) {
  const view = useEntity(stores.session, id);
  if (!view) return null;
  return (
    <li className={styles.session}>
      <Chip look={sessionLook(view)} />
      <Link to="/sessions/$id" params={{ id }}>
        {view.definition.name} {view.definition.version}
      </Link>
      <span className="quiet">{ownerText(view)}</span>
      <span className="quiet">
        <SlotTime slot={view.timeslot} />
      </span>
    </li>
  );
}
