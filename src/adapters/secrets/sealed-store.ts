import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ExpiringPlace, ExpiringRecord, ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Sealer } from '@lcm/core/spi/sealer.ts';
import type { SealedText } from './reseal.ts';

/**
 * A store whose values are sealed before they are written: whoever has its file has neither tokens nor keys.
 * Collections, ids and the words of the index are written as they are, so none of them may be a secret.
 * Reading @throws Refusal `unavailable` for a record that was changed, moved, or sealed with a key that is not there
 */
export function sealedStore(store: ExpiringStore, sealer: Sealer): ExpiringStore {
  const seal = (place: ExpiringPlace, value: unknown) => ({
    sealed: sealer.seal(JSON.stringify(value), placeName(place)),
  });
  const opened = <Value, Kept extends ExpiringRecord>(place: ExpiringPlace, record: Kept) => {
    const value: Value = JSON.parse(openedText(sealer, place, record.value));
    return { ...record, value };
  };
  return {
    get: async <Value>(collection: string, id: string) => {
      const record = await store.get(collection, id);
      return record && opened<Value, ExpiringRecord>({ collection, id }, record);
    },
    put: (collection, id, value, terms) => store.put(collection, id, seal({ collection, id }, value), terms),
    remove: (collection, id) => store.remove(collection, id),
    findBy: async <Value>(collection: string, field: string, word: string) => {
      const found = await store.findBy(collection, field, word);
      return found.map((record) => opened<Value, ExpiringRecord>({ collection, id: record.id }, record));
    },
    removeBy: (collection, field, word) => store.removeBy(collection, field, word),
    walk: async (after) => (await store.walk(after)).map((record) => opened(record, record)),
    rewrite: (place, value, ifVersion) => store.rewrite(place, seal(place, value), ifVersion),
    close: () => store.close(),
  };
}

/** Every sealed text of such a store. @param store as it is stored, not as `sealedStore` shows it */
export async function* sealedRecords(store: ExpiringStore): AsyncGenerator<SealedText> {
  for (let page = await store.walk(); page.length > 0; page = await store.walk(page.at(-1)))
    for (const record of page)
      yield {
        place: placeName(record),
        sealed: sealedText(record.value) ?? '',
        replace: (sealed) => store.rewrite(record, { sealed }, record.version),
      };
}

function openedText(sealer: Sealer, place: ExpiringPlace, value: unknown): string {
  const sealed = sealedText(value);
  if (sealed !== undefined) return sealer.open(sealed, placeName(place));
  throw new Refusal('unavailable', `${placeName(place)} cannot be opened: it was never sealed`);
}

/** The sealed text in a stored value; undefined where it is none. */
function sealedText(value: unknown): string | undefined {
  const isSealed = typeof value === 'object' && value !== null && 'sealed' in value;
  return isSealed && typeof value.sealed === 'string' ? value.sealed : undefined;
}

const placeName = ({ collection, id }: ExpiringPlace): string => `${collection}/${id}`;
