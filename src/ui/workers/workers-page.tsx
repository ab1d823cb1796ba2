import { WORKER_STATUSES } from '@lcm/core/api/vocabulary.ts';
import type { WorkerView } from '@lcm/core/api/workers.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListSearch } from '../app/search-params.ts';
import { workerLook } from '../state/worker-look.ts';
import { stores } from '../store/stores.ts';
import type { FilterOption } from '../table/filter-option.ts';
import { ListPage } from '../table/list-page.tsx';
import { texts } from '../texts/texts.ts';
import { WORKER_COLUMNS } from './worker-columns.tsx';
import { WorkerSummary } from './worker-summary.tsx';

const route = getRouteApi('/workers');
const FILTERS: readonly FilterOption<WorkerView>[] = WORKER_STATUSES.map((value) => ({
  value,
  group: 'state',
  look: workerLook(value),
  matches: ({ status }) => status === value,
}));
const peek = (view: WorkerView) => <WorkerSummary view={view} />;
const textOf = ({ id, name, region, template, instanceId }: WorkerView) =>
  [id, name, region, template.name, instanceId].join(' ');

/** All workers, live. */
export function WorkersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (change: Partial<ListSearch>) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  const onOpen = useCallback(
    (id: string) => void navigate({ to: '/workers/$id', params: { id } }),
    [navigate],
  );
  return (
    <ListPage
      title={texts.workers.title}
      store={stores.worker}
      columns={WORKER_COLUMNS}
      filters={FILTERS}
      textOf={textOf}
      usualSort="name"
      search={search}
      onSearch={onSearch}
      onOpen={onOpen}
      renderPeek={peek}
      empty={<p>{texts.workers.empty}</p>}
    />
  );
}
