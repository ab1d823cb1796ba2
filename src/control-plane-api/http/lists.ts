import type { StateOf } from '@lcm/core/domain/kinds.ts';
import type { ListQuery, Match, Page, Stored } from '@lcm/core/spi/state-store.ts';
import type { VisibleKind } from '../auth/access-rules.ts';
import type { Caller } from '../auth/caller.ts';
import { listVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';

/** Newest first, as every list is unless it says otherwise. */
export const NEWEST: ListQuery['sort'] = { field: 'createdAt', direction: 'desc' };

/** The part of a list query that all lists have, and filters by name. */
interface Asked {
  limit: number;
  cursor?: string | undefined;
  [filter: string]: unknown;
}

/**
 * A page of those of a kind that the caller sees, narrowed by those filters of the query that are set.
 * @param fields filter name to indexed field
 * @param more what else narrows it: in the store, and beyond what the store can tell
 */
export async function listOf<K extends VisibleKind>(
  services: Services,
  caller: Caller,
  kind: K,
  query: Asked,
  fields: Readonly<Record<string, string>>,
  sort: ListQuery['sort'],
  more: { where?: NonNullable<ListQuery['where']>; wanted?: (state: StateOf<K>) => boolean } = {},
): Promise<Page<Stored<StateOf<K>>>> {
  const where: Record<string, Match> = { ...more.where };
  for (const [filter, field] of Object.entries(fields)) {
    const value = query[filter];
    if (typeof value === 'string' || Array.isArray(value)) where[field] = value;
  }
  const { limit, cursor } = query;
  return listVisible(
    services,
    kind,
    { where, ...(sort ? { sort } : {}), limit, cursor },
    caller,
    more.wanted,
  );
}

/** An aggregate with its version beside its fields. */
export const withVersion = <State extends object>({ state, version }: Stored<State>) => ({
  ...state,
  version,
});

/** A page whose items were turned into something else. */
export function turned<From, To>(page: Page<From>, items: To[]): Page<To> {
  return { items, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) };
}
