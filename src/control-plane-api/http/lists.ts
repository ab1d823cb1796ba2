import type { Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import type { ListQuery, Match, Page, Stored } from '@lcm/core/spi/state-store.ts';
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
 * A page of a kind, narrowed by those filters of the query that are set.
 * @param fields filter name to indexed field
 * @param bounds what holds whatever the query says: what the caller may see
 */
export async function listOf<K extends Kind>(
  services: Services,
  kind: K,
  query: Asked,
  fields: Readonly<Record<string, string>>,
  sort: ListQuery['sort'],
  bounds: NonNullable<ListQuery['where']> = {},
): Promise<Page<Stored<StateOf<K>>>> {
  const where: Record<string, Match> = {};
  for (const [filter, field] of Object.entries(fields)) {
    const value = query[filter];
    if (typeof value === 'string' || Array.isArray(value)) where[field] = value;
  }
  const { limit, cursor } = query;
  return services.store.list(kind, {
    where: { ...where, ...bounds },
    ...(sort ? { sort } : {}),
    limit,
    cursor,
  });
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
