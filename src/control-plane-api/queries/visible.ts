import type { StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ListQuery, Match, Page, Stored } from '@lcm/core/spi/state-store.ts';
import { type Bounds, boundsOf, sees, type Viewer, type VisibleKind } from '../auth/access-rules.ts';
import type { Caller } from '../auth/caller.ts';
import { sightOf } from '../auth/fleet-sight.ts';
import type { Services } from '../services.ts';
import { loadExisting } from './load.ts';
import { placesOf } from './places.ts';

/** Pages that are read for one page of those in sight, at most: where few are, a page is shorter. */
const MOST_READ = 20;

/** The caller, with the part of the fleet that the settings in force let it see. */
export async function viewerOf({ settings }: Pick<Services, 'settings'>, caller: Caller): Promise<Viewer> {
  return { caller, sight: sightOf(caller, (await settings.get()).visibility) };
}

/**
 * The aggregate, if the caller sees it.
 * @throws Refusal `notFound`, alike for what is not there and what is not theirs to see
 */
export async function loadVisible<K extends VisibleKind>(
  services: Services,
  kind: K,
  id: string,
  caller: Caller,
): Promise<Stored<StateOf<K>>> {
  const stored = await loadExisting(services.store, kind, id);
  const [seen] = await visibleOf(services, await viewerOf(services, caller), kind, [stored]);
  if (seen) return seen;
  throw new Refusal('notFound', `there is no ${kind.replaceAll('-', ' ')} ${id}`);
}

/** A page of those that the caller sees. @param wanted what the store cannot tell of them, such as a word in them */
export async function listVisible<K extends VisibleKind>(
  services: Services,
  kind: K,
  query: ListQuery,
  caller: Caller,
  wanted: (state: StateOf<K>) => boolean = () => true,
): Promise<Page<Stored<StateOf<K>>>> {
  const where = narrowed(query.where ?? {}, boundsOf(kind, caller));
  if (!where) return { items: [] };
  const viewer = await viewerOf(services, caller);
  const items: Stored<StateOf<K>>[] = [];
  let { cursor } = query;
  for (let read = 1; ; read++) {
    const limit = query.limit - items.length;
    const page = await services.store.list<StateOf<K>>(kind, { ...query, where, limit, cursor });
    const seen = await visibleOf(services, viewer, kind, page.items);
    items.push(...seen.filter(({ state }) => wanted(state)));
    cursor = page.nextCursor;
    if (cursor === undefined) return { items };
    if (items.length > query.limit / 2 || read === MOST_READ) return { items, nextCursor: cursor };
  }
}

/** How many the caller sees. */
export async function countVisible(
  services: Services,
  kind: VisibleKind,
  asked: NonNullable<ListQuery['where']>,
  caller: Caller,
): Promise<number> {
  const where = narrowed(asked, boundsOf(kind, caller));
  if (!where) return 0;
  const viewer = await viewerOf(services, caller);
  if (!viewer.sight) return services.store.count(kind, where);
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await services.store.list<never>(kind, { where, limit: 1_000, cursor });
    count += (await visibleOf(services, viewer, kind, page.items)).length;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return count;
}

/** Those of them that the viewer sees. */
async function visibleOf<K extends VisibleKind>(
  { store }: Services,
  viewer: Viewer,
  kind: K,
  stored: readonly Stored<StateOf<K>>[],
): Promise<Stored<StateOf<K>>[]> {
  const states = stored.map(({ state }) => state);
  const places = viewer.sight ? await placesOf(store, kind, states) : [];
  return stored.filter(({ state }, index) => sees(viewer, kind, state, places[index]));
}

/** What was asked, within the bounds; undefined where nothing can be both. */
function narrowed(
  asked: NonNullable<ListQuery['where']>,
  bounds: Bounds | undefined,
): NonNullable<ListQuery['where']> | undefined {
  if (!bounds) return undefined;
  const within = Object.entries(bounds).every(([field, text]) => admits(asked[field], text));
  return within ? { ...asked, ...bounds } : undefined;
}

function admits(match: Match | undefined, text: string): boolean {
  if (match === undefined) return true;
  return Array.isArray(match) ? match.includes(text) : match === text;
}
