import type { SessionView } from '@lcm/core/api/sessions.ts';
import { useCallback } from 'react';
import type { EntityStore } from '../store/entity-store.ts';
import { stores } from '../store/stores.ts';
import { useSummary } from '../store/use-summary.ts';

const OVER: readonly string[] = ['ARCHIVED', 'EXPIRED', 'TERMINATED'];

/** How many sessions of the definition are not over. */
export function SessionsNow({ definitionId }: { definitionId: string }) {
  const count = useSummary(
    stores.session,
    useCallback(
      (store: EntityStore<SessionView>) =>
        store.indexed('definition', definitionId).filter((id) => !OVER.includes(store.get(id)?.status ?? ''))
          .length,
      [definitionId],
    ),
  );
  return <>{count}</>;
}
