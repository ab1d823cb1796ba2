import type { SessionView } from '@lcm/core/api/sessions.ts';
import { SESSION_STATUSES, WORKER_STATUSES } from '@lcm/core/api/vocabulary.ts';
import { Link } from '@tanstack/react-router';
import page from '../app/page.module.css';
import { serverNow } from '../live/live.ts';
import { useConnection } from '../live/use-connection.ts';
import { Glyph } from '../state/glyph.tsx';
import { statusLook } from '../state/session-look.ts';
import { toneColor } from '../state/tone.ts';
import { workerLook } from '../state/worker-look.ts';
import type { EntityStore } from '../store/entity-store.ts';
import { stores } from '../store/stores.ts';
import { useSummary } from '../store/use-summary.ts';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { useZone } from '../time/zone.ts';
import { NeedsYou } from './needs-you.tsx';
import { outlookOf } from './outlook.ts';
import styles from './overview-page.module.css';
import { StartingSoon } from './starting-soon.tsx';
import { StateCounts } from './state-counts.tsx';
import { verdictOf } from './verdict.ts';

const look = (store: EntityStore<SessionView>) => outlookOf(store.values(), serverNow());
const workerCounts = (store: typeof stores.worker) => new Map(store.counts('status'));

/** Is all well? One sentence, then who needs somebody, then what comes. */
export function OverviewPage() {
  const { loaded } = useConnection();
  const zone = useZone();
  const outlook = useSummary(stores.session, look);
  const workers = useSummary(stores.worker, workerCounts);
  if (!loaded) {
    return (
      <div className={page.page}>
        <h1>{texts.overview.title}</h1>
        <TableSkeleton />
      </div>
    );
  }
  const calm = outlook.needsYou.length === 0;
  return (
    <div className={page.page}>
      <h1 className={styles.verdict}>
        <span style={{ color: toneColor(calm ? 'serving' : 'failed') }}>
          <Glyph name={calm ? 'check' : 'triangleBang'} />
        </span>
        {verdictOf(outlook, zone)}
      </h1>
      <div className={styles.columns}>
        <div className={page.stack}>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.overview.needsYou}</h2>
            <NeedsYou ids={outlook.needsYou} />
          </section>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.overview.startingSoon}</h2>
            <StartingSoon starts={outlook.starts} />
          </section>
        </div>
        <div className={page.stack}>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.overview.sessionStates}</h2>
            <StateCounts
              counts={SESSION_STATUSES.filter((status) => outlook.byStatus.has(status)).map((status) => ({
                look: statusLook(status),
                count: outlook.byStatus.get(status) ?? 0,
              }))}
              link={(state, children) => (
                <Link to="/sessions" search={{ state }}>
                  {children}
                </Link>
              )}
            />
            {outlook.all === 0 && <p className="quiet">{texts.overview.noSessions}</p>}
          </section>
          <section className={`${page.card} ${page.stack}`}>
            <h2>{texts.overview.workerStates}</h2>
            <StateCounts
              counts={WORKER_STATUSES.filter((status) => workers.has(status)).map((status) => ({
                look: workerLook(status),
                count: workers.get(status) ?? 0,
              }))}
              link={(state, children) => (
                <Link to="/workers" search={{ state }}>
                  {children}
                </Link>
              )}
            />
            {workers.size === 0 && <p className="quiet">{texts.overview.noWorkers}</p>}
          </section>
        </div>
      </div>
    </div>
  );
}
