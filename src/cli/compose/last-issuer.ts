import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';

const [COLLECTION, ID] = ['identity', 'issuer'];

/** Notes as which issuer the provider that is built in runs: it is part of its address, which another start may change. */
export async function noteIssuer(store: ExpiringStore, issuer: string): Promise<void> {
  await store.put(COLLECTION, ID, { issuer });
}

/** The issuer as which it ran last, whose tokens may be out there; undefined where it never did. */
export async function lastIssuer(store: ExpiringStore): Promise<string | undefined> {
  return (await store.get<{ issuer: string }>(COLLECTION, ID))?.value.issuer;
}
