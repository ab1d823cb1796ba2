import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';

const COLLECTION = 'access-token-uses';
/** Milliseconds between two notes of the use of one token. */
const COARSE_MS = 5 * 60_000;
/** Milliseconds that a note is kept. */
const KEPT_MS = 90 * 86_400_000;

/** Notes that a token is used, beside its history: uses are no changes. @param now milliseconds since the epoch */
export async function noteUse(store: ExpiringStore, id: string, now: number): Promise<void> {
  const last = await lastUseOf(store, id);
  if (last !== undefined && now - last < COARSE_MS) return;
  await store.put(COLLECTION, id, { at: now }, { expiresAt: now + KEPT_MS });
}

/** When it was used last, to five minutes, in milliseconds since the epoch; undefined where not in 90 days. */
export async function lastUseOf(store: ExpiringStore, id: string): Promise<number | undefined> {
  return (await store.get<{ at: number }>(COLLECTION, id))?.value.at;
}
