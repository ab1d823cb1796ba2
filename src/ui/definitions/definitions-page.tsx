import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import { DEFINITION_STATUSES } from '@lcm/core/api/vocabulary.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListSearch } from '../app/search-params.ts';
import { definitionLook } from '../state/definition-look.ts';
import { stores } from '../store/stores.ts';
import type { FilterOption } from '../table/filter-option.ts';
import { ListPage } from '../table/list-page.tsx';
import { texts } from '../texts/texts.ts';
import { DEFINITION_COLUMNS } from './definition-columns.tsx';
import { DefinitionSummary } from './definition-summary.tsx';

const route = getRouteApi('/definitions');
const FILTERS: readonly FilterOption<DefinitionView>[] = DEFINITION_STATUSES.map((value) => ({
  value,
  group: 'state',
  look: definitionLook({ status: value }),
  matches: ({ status }) => status === value,
}));
const peek = (view: DefinitionView) => <DefinitionSummary view={view} />;
const textOf = ({ id, spec, facts }: DefinitionView) =>
  [id, spec.name, spec.version, spec.title, facts.title].join(' ');

/** All definition versions, live. */
export function DefinitionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (change: Partial<ListSearch>) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  );
  return (
    <ListPage
      title={texts.definitions.title}
      store={stores.definition}
      columns={DEFINITION_COLUMNS}
      filters={FILTERS}
      textOf={textOf}
      usualSort="name"
      search={search}
      onSearch={onSearch}
      renderPeek={peek}
      empty={<p>{texts.definitions.empty}</p>}
    />
  );
}
