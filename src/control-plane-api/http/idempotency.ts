import { hash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Caller, ownKey } from '../auth/caller.ts';
import type { Services } from '../services.ts';

/** How long a key stands for one request, milliseconds. What it has made is found by it for ever. */
const REMEMBERED_MS = 86_400_000;
const COLLECTION = 'idempotency-keys';

/** A request that its sender may send again. */
interface Keyed {
  operation: string;
  caller: Caller;
  key: string;
  body: unknown;
}

/**
 * Does the work of a request that came with an `Idempotency-Key`. The key stands for this very request: that the same
 * gives the same resource is the work's own doing (its id is made of caller and key). Where the work is refused, the
 * key is free again. No more of the request is kept than a digest.
 * @throws Refusal `conflict` where the key came with another request before
 */
export async function onceByKey<Answer>(
  { expiring, clock }: Pick<Services, 'expiring' | 'clock'>,
  { operation, caller, key, body }: Keyed,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const id = hash('sha256', `${operation}|${ownKey(caller)}|${key}`);
  const request = hash('sha256', `${key}|${JSON.stringify(body)}`);
  const terms = { ifVersion: 0, expiresAt: clock.now() + REMEMBERED_MS };
  const known = await expiring.get<{ request: string }>(COLLECTION, id);
  const isNew = !known && (await expiring.put(COLLECTION, id, { request }, terms));
  const before = isNew ? undefined : (known ?? (await expiring.get<{ request: string }>(COLLECTION, id)));
  if (before && before.value.request !== request) {
    const message = 'this Idempotency-Key came with another request before: send a new one';
    throw new Refusal('conflict', message, {
      fields: [{ pointer: '/headers/idempotency-key', message: 'stands for another request' }],
    });
  }
  try {
    return await work();
  } catch (refusal) {
    if (isNew && refusal instanceof Refusal) await expiring.remove(COLLECTION, id);
    throw refusal;
  }
}
