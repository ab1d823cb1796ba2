import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ExpiringPlace, ExpiringRecord, ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { type Keyring, keyIdOf } from './keyring.ts';
import { openedText, sealedText, sealedValue } from './sealed-store.ts';

/** What came of sealing everything anew. */
export interface Resealed {
  /** Sealed anew with the keyring's first key. */
  resealed: number;
  /** Were sealed with it before, by an earlier run or because they are new. */
  current: number;
  /** Written by somebody else at the same time, and not looked at again: run it once more. */
  overtaken: number;
  /** Why those that could not be opened could not, by place. */
  failed: ReadonlyMap<string, string>;
  /** Keys by which something is sealed still; only the first where all went well. */
  keysInUse: ReadonlySet<string>;
}

/**
 * Seals every record of the store with the keyring's first key. May be stopped at any point and begun again: what is
 * done stays done. Nothing is lost: a record that does not open is left as it is, and told.
 * @param store as it is stored, not as `sealedStore` shows it
 */
export async function reseal(store: ExpiringStore, keys: Keyring): Promise<Resealed> {
  const [first] = keys.ids;
  const failed = new Map<string, string>();
  const keysInUse = new Set<string>();
  const counts = { resealed: 0, current: 0, overtaken: 0 };
  for await (const record of everyRecord(store)) {
    const id = keyIdOf(sealedText(record.value) ?? '');
    if (id === first) counts.current += 1;
    const done = id === first || (await attempt(store, keys, record, counts, failed));
    if (done) keysInUse.add(first);
    else if (id !== undefined) keysInUse.add(id);
  }
  return { ...counts, failed, keysInUse };
}

/** Whether it is sealed with the first key now. */
async function attempt(
  store: ExpiringStore,
  keys: Keyring,
  record: ExpiringRecord & ExpiringPlace,
  counts: { resealed: number; overtaken: number },
  failed: Map<string, string>,
): Promise<boolean> {
  try {
    const value = sealedValue(keys, record, openedText(keys, record, record.value));
    const written = await store.rewrite(record, value, record.version);
    counts[written ? 'resealed' : 'overtaken'] += 1;
    return written;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    failed.set(`${record.collection}/${record.id}`, refusal.message);
    return false;
  }
}

async function* everyRecord(store: ExpiringStore): AsyncGenerator<ExpiringRecord & ExpiringPlace> {
  for (let page = await store.walk(); page.length > 0; page = await store.walk(page.at(-1))) yield* page;
}
