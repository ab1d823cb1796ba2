import { publicContract } from '@lcm/core/api/contract.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { LinkButton } from '../app/link-button.tsx';
import { useMayCall } from '../app/me.ts';
import type { ListSearch } from '../app/search-params.ts';
import { SessionSummary } from '../session/session-summary.tsx';
import { stores } from '../store/stores.ts';
import { ListPage } from '../table/list-page.tsx';
import { texts } from '../texts/texts.ts';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { SESSION_FILTERS, sessionText } from './session-filters.ts';

const route = getRouteApi('/sessions');
const peek = (view: SessionView) => <SessionSummary view={view} />;

/** All sessions, live. */
export function SessionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayCall = useMayCall();
  const onSearch = useCallback(
    (change: Partial<ListSearch>) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  const onOpen = useCallback(
    (id: string) => void navigate({ to: '/sessions/$id', params: { id } }),
    [navigate],
  );
  return (
    <ListPage
      title={texts.sessions.title}
      store={stores.session}
      columns={SESSION_COLUMNS}
      filters={SESSION_FILTERS}
      textOf={sessionText}
      usualSort="state"
      search={search}
      onSearch={onSearch}
      onOpen={onOpen}
      renderPeek={peek}
      empty={<p>{texts.sessions.empty}</p>}
      actions={
        mayCall(publicContract.sessions.book) && (
          <LinkButton size="xs" to="/book">
            {texts.nav.book}
          </LinkButton>
        )
      }
    />
  );
}
