import type { Client } from '@lcm/core/api/client.ts';
import type { contract } from '@lcm/core/api/contract.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';

/** The part of the control plane that the scheduler calls. */
export interface SchedulerClient {
  internal: Client<(typeof contract)['internal']>;
}

/** A state and the version that it was read at. */
export interface Versioned<State> {
  id: string;
  version: number;
  state: State;
}

export type StoredSession = Versioned<Session>;

/** The header by which a write proves that its session's partition is held. */
export type FenceHeaders = () => { 'x-lcm-fence': string };

/** All items of a list, page after page. */
export async function allPages<Item>(
  read: (cursor: string | undefined) => Promise<{ items: readonly Item[]; nextCursor?: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}

/** Whether the refusal says that there is no such thing. */
export const isAbsent = (error: unknown): boolean => error instanceof Refusal && error.code === 'notFound';
