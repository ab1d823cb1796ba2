import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { LIVE_KINDS, type LiveKind } from './event-names.ts';

/** What a client wants to hear of; it holds for snapshots and changes alike. */
export interface LiveFilter {
  kinds: readonly LiveKind[];
  sessionIds?: readonly string[] | undefined;
  workerIds?: readonly string[] | undefined;
}

const listOf = z
  .string()
  .max(10_000)
  .transform((text) => text.split(',').filter(Boolean))
  .optional();
const filterQuery = z.object({ kinds: listOf, sessionIds: listOf, workerIds: listOf });

/** @throws Refusal `invalid` for kinds that nobody can follow */
export function parseFilter(query: unknown): LiveFilter {
  const parsed = filterQuery.safeParse(query);
  const wanted = parsed.success ? parsed.data : undefined;
  const kinds = z.array(z.enum(LIVE_KINDS)).safeParse(wanted?.kinds ?? LIVE_KINDS);
  if (wanted && kinds.success)
    return { kinds: kinds.data, sessionIds: wanted.sessionIds, workerIds: wanted.workerIds };
  throw new Refusal('invalid', `kinds must be some of ${LIVE_KINDS.join(', ')}`, {
    fields: [{ pointer: '/query/kinds', message: 'has an unknown kind' }],
  });
}

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
