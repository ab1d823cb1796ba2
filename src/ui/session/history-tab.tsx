import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { client } from '../app/client.ts';
import { FailurePanel } from '../app/failure-panel.tsx';
import page from '../app/page.module.css';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { dateAndTime } from '../time/format.ts';
import { useZone, zoneName } from '../time/zone.ts';
import { factsText } from './facts-text.ts';
import styles from './history-tab.module.css';

const PAGE = 200;

/** Everything that happened to the session, oldest first, times absolute. */
export function HistoryTab({ view }: { view: SessionView }) {
  const zone = useZone();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['history', view.id, view.version],
    queryFn: ({ pageParam, signal }) =>
      client.sessions.history({
        params: { id: view.id },
        query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <FailurePanel error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const entries = data.pages.flatMap(({ items }) => items);
  if (entries.length === 0)
    return <div className={`${page.card} ${page.empty}`}>{texts.session.history.empty}</div>;
  return (
    <div className={`${page.card} ${page.stack}`}>
      <ol className={styles.list}>
        {entries.map(({ seq, at, type, by, data: facts }) => (
          <li key={seq} className={styles.entry}>
            <time dateTime={at} title={at}>
              {dateAndTime(Date.parse(at), zone)} {zoneName(zone, Date.parse(at))}
            </time>
            <span className={styles.type}>{type}</span>
            <span className="quiet">{texts.session.history.by(by)}</span>
            <span className={`mono quiet ${styles.facts}`}>{factsText(facts)}</span>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {texts.session.history.more}
        </Button>
      )}
    </div>
  );
}
