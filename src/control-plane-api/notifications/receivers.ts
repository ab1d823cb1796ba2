import { emailAddress } from '@lcm/core/domain/email-address.ts';
import type { Subscription } from '@lcm/core/domain/subscription.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { z } from 'zod';

const COLLECTION = 'notification-receivers';

/** Where the messages of one subscription go, whole; kept sealed, and out of events and audit. */
export const receiver = z.discriminatedUnion('type', [
  z.object({ type: z.literal('email'), address: emailAddress }),
  z.object({ type: z.literal('webhook'), url: z.string(), secret: z.string().optional() }),
]);
export type Receiver = z.infer<typeof receiver>;

/** Undefined where there is none any more. */
export async function receiverOf(store: ExpiringStore, id: string): Promise<Receiver | undefined> {
  const record = await store.get(COLLECTION, id);
  return receiver.safeParse(record?.value).data;
}

/** Keeps where the messages of that subscription go. */
export async function keepReceiver(store: ExpiringStore, id: string, value: Receiver): Promise<void> {
  await store.put(COLLECTION, id, value);
}

/** Forgets it; nothing leaves for that subscription any more. */
export async function forgetReceiver(store: ExpiringStore, id: string): Promise<void> {
  await store.remove(COLLECTION, id);
}

/** What of a receiver may stand in events and audit: `a…@example.com`, or the host. */
export function hintOf(to: Receiver): Subscription['channel'] {
  if (to.type === 'webhook') return { type: to.type, hint: new URL(to.url).host };
  const at = to.address.lastIndexOf('@');
  return { type: to.type, hint: `${to.address.slice(0, 1)}…${to.address.slice(at)}` };
}
