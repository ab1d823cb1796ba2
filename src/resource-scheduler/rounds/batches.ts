import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FenceHeaders } from '../client.ts';

/** Most items that one request takes. */
const BATCH = 500;

/**
 * Sends items in batches of those that the same proof covers: a write is fenced by the partition of its
 * session. Items whose partition is not surely held any more are left to whoever has it next.
 */
export async function inBatches<Item extends { sessionId: string }>(
  items: readonly Item[],
  headersOf: (id: string) => FenceHeaders,
  send: (batch: Item[], headers: ReturnType<FenceHeaders>) => Promise<unknown>,
): Promise<void> {
  const byFence = Map.groupBy(items, ({ sessionId }) => proof(headersOf(sessionId)));
  const batches = [...byFence].flatMap(([fence, group]) =>
    fence === undefined
      ? []
      : Array.from({ length: Math.ceil(group.length / BATCH) }, (_, index) => ({
          headers: { 'x-lcm-fence': fence },
          batch: group.slice(index * BATCH, (index + 1) * BATCH),
        })),
  );
  await Promise.all(batches.map(({ batch, headers }) => send(batch, headers)));
}

function proof(headers: FenceHeaders): string | undefined {
  try {
    return headers()['x-lcm-fence'];
  } catch (error) {
    if (error instanceof Refusal && error.code === 'staleFence') return undefined;
    throw error;
  }
}
