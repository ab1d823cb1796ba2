import type { SessionView } from '@lcm/core/api/sessions.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../app/client.ts';
import { FailurePanel } from '../app/failure-panel.tsx';
import page from '../app/page.module.css';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { dateAndTime } from '../time/format.ts';
import { useZone } from '../time/zone.ts';
import { dollars } from './dollars.ts';
import { Standing } from './standing.tsx';
import { Verdicts } from './verdicts.tsx';

const { placement } = texts.session;

/** Why the session is where it is: the decision, and what each worker comes to as of now. */
export function PlacementTab({ view }: { view: SessionView }) {
  const zone = useZone();
  const { data, error, refetch } = useQuery({
    queryKey: ['explanation', view.id, view.status, view.placement?.id, view.decision?.decidedAt],
    queryFn: ({ signal }) => client.sessions.explain({ params: { id: view.id }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: view.status === 'PENDING' ? 10_000 : false,
  });
  if (error && !data) return <FailurePanel error={error} retry={() => void refetch()} />;
  if (!data) return <TableSkeleton />;
  const { decision, template, workers } = data;
  return (
    <div className={page.stack}>
      <Standing standing={data.standing ?? view.standing} />
      <section className={`${page.card} ${page.stack}`}>
        <div className={page.head}>
          <h2>{placement.outcome[decision.outcome]}</h2>
          <span className="quiet">
            {placement.decided(dateAndTime(Date.parse(decision.decidedAt), zone))}
          </span>
          {decision.reason && (
            <span>
              <strong>{decision.reason.code}</strong> {decision.reason.message}
            </span>
          )}
        </div>
        {template && <p>{placement.template(template.name, dollars(template.costPerHourUsd))}</p>}
        <Verdicts workers={workers} winner={view.placement?.workerId ?? decision.winner?.workerId} />
        <p className="quiet">{placement.asOf}</p>
      </section>
    </div>
  );
}
