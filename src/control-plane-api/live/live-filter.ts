import { z } from 'zod';
import { checked } from '../http/checked.ts';
import { LIVE_KINDS, type LiveKind } from './event-names.ts';

/** What a client wants to hear of; it holds for snapshots and changes alike. */
export interface LiveFilter {
  kinds: readonly LiveKind[];
  sessionIds?: readonly string[] | undefined;
  workerIds?: readonly string[] | undefined;
}

const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .max(10_000)
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(item))
    .optional();
// A filter that is misspelt must not let everything through.
const filterQuery = z.strictObject({
  kinds: listOf(z.enum(LIVE_KINDS)),
  sessionIds: listOf(z.string()),
  workerIds: listOf(z.string()),
  lastEventId: z.string().optional(),
});

/** @throws Refusal `invalid` that names what nobody can follow, or filter by */
export function parseFilter(query: unknown): LiveFilter {
  const { kinds = LIVE_KINDS, sessionIds, workerIds } = checked(filterQuery, query, 'query');
  return { kinds, sessionIds, workerIds };
}

/** Whether the filter lets everything of its kinds through. */
export const isUnfiltered = ({ sessionIds, workerIds }: LiveFilter): boolean => !sessionIds && !workerIds;

/** What filters look at in a view of any kind. */
export interface Filterable {
  id: string;
  workerId?: string | undefined;
  boundTo?: string | undefined;
  placement?: { workerId: string } | undefined;
}

/** Whether the filter lets the view through. */
export function passes(kind: LiveKind, view: Filterable, filter: LiveFilter): boolean {
  if (!filter.kinds.includes(kind)) return false;
  const session = kind === 'session' ? view.id : view.boundTo;
  const worker = kind === 'worker' ? view.id : (view.placement?.workerId ?? view.workerId);
  const bySession = filter.sessionIds && (kind === 'session' || kind === 'lab-record');
  if (bySession && !isOneOf(session, filter.sessionIds)) return false;
  return !filter.workerIds || kind === 'definition' || isOneOf(worker, filter.workerIds);
}

const isOneOf = (id: string | undefined, ids: readonly string[] = []) => id !== undefined && ids.includes(id);
