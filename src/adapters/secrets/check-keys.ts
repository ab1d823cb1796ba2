import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';

/** Where a record stands that tells nothing, and whose opening proves that the keys are those of the data. */
const [COLLECTION, ID] = ['keyring', 'check'];

/**
 * Proves at the start that the keys open what the store holds, rather than at somebody's login.
 * @param sealed as `sealedStore` shows it
 * @throws Refusal `unavailable` that names the key which is missing or wrong, and where keys come from
 */
export async function checkKeys(sealed: ExpiringStore, origin: string): Promise<void> {
  try {
    if (!(await sealed.get(COLLECTION, ID))) await sealed.put(COLLECTION, ID, 'opens', { ifVersion: 0 });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new Refusal('unavailable', `the keys in ${origin} are not those of the data: ${cause.message}`, {
      cause,
    });
  }
}
