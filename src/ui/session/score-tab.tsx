import type { SessionView } from '@lcm/core/api/sessions.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../app/client.ts';
import { FailurePanel } from '../app/failure-panel.tsx';
import page from '../app/page.module.css';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { ScoreCard } from './score-card.tsx';

/** The score reports of the session, the newest first and open. */
export function ScoreTab({ view }: { view: SessionView }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['score-reports', view.id, view.scoreReportId],
    queryFn: ({ signal }) => client.sessions.scoreReports({ params: { id: view.id }, signal }),
    placeholderData: keepPreviousData,
  });
  if (error && !data) return <FailurePanel error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const [latest, ...earlier] = data.items;
  if (!latest) return <div className={`${page.card} ${page.empty}`}>{texts.session.score.none}</div>;
  return (
    <div className={page.stack}>
      <ScoreCard report={latest} open />
      {earlier.length > 0 && <h2>{texts.session.score.earlier}</h2>}
      {earlier.map((report) => (
        <ScoreCard key={report.id} report={report} open={false} />
      ))}
    </div>
  );
}
