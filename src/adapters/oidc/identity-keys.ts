import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';

/** What tokens are signed with. */
export const SIGNING_ALGORITHM = 'ES256';

/** The keys of the identity provider, the newest of each first: that one signs, all of them verify. */
export interface IdentityKeys {
  /** Private keys. */
  signing: readonly [SigningKey, ...SigningKey[]];
  /** What cookies are signed with. */
  cookies: readonly string[];
}

interface SigningKey {
  jwk: JWK & { kid: string; kty: string };
  /** Milliseconds since the epoch. */
  madeAt: number;
}

/** What keys are made of and kept in. */
export interface KeyPlace {
  /** Should seal its values: the keys stand in them as they are. */
  store: ExpiringStore;
  clock: Clock;
  random: Random;
}

/**
 * The keys as they are kept, made where there are none, with a new one in front where the newest is older than
 * 90 days. Several processes that begin at once end up with the same ones.
 */
export async function loadKeys(place: KeyPlace): Promise<IdentityKeys> {
  const kept = await place.store.get<IdentityKeys>(COLLECTION, ID);
  if (kept && place.clock.now() - kept.value.signing[0].madeAt < NEW_KEY_AFTER_MS) return kept.value;
  return rotateKeys(place);
}

/** Puts new keys in front; drops those whose last token is over. */
export async function rotateKeys({ store, clock, random }: KeyPlace): Promise<IdentityKeys> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const kept = await store.get<IdentityKeys>(COLLECTION, ID);
    const now = clock.now();
    const older = kept?.value.signing ?? [];
    const next: IdentityKeys = {
      // A key signed until its successor was made.
      signing: [
        await makeKey(now),
        ...older.filter((_, at) => at === 0 || now - (older[at - 1]?.madeAt ?? now) < LONGEST_USE_MS),
      ],
      cookies: [random.secret(), ...(kept?.value.cookies ?? [])].slice(0, MOST_COOKIE_KEYS),
    };
    if (await store.put(COLLECTION, ID, next, { ifVersion: kept?.version ?? 0 })) return next;
    // Somebody else was faster: theirs are as new.
    const theirs = await store.get<IdentityKeys>(COLLECTION, ID);
    if (theirs && theirs.version !== kept?.version) return theirs.value;
  }
  throw new Refusal('busy', 'the keys of the identity provider are being changed by somebody else');
}

/** What others need to verify: the public half alone. */
export const publicKeys = ({ signing }: IdentityKeys): JSONWebKeySet => ({
  keys: signing.map(({ jwk: { d: _private, ...jwk } }) => jwk),
});

async function makeKey(madeAt: number): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { jwk: { ...jwk, kty: 'EC', kid, alg: SIGNING_ALGORITHM, use: 'sig' }, madeAt };
}

const COLLECTION = 'identity';
const ID = 'keys';
const NEW_KEY_AFTER_MS = 90 * 86_400_000;
/** A token of a password login lives for a day; an hour for clocks that differ and for whoever caches keys. */
const LONGEST_USE_MS = 25 * 3_600_000;
const MOST_COOKIE_KEYS = 3;
const MOST_ATTEMPTS = 5;
