import { createHash } from 'node:crypto';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore, ExpiringTerms } from '@lcm/core/spi/expiring-store.ts';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';

/**
 * Keeps what the provider remembers (sessions, grants, codes, refresh tokens) in an expiring store. An id may be the
 * credential itself, so only its hash stands where it can be read; the payload is for the store to seal.
 */
export class ProviderRecords implements Adapter {
  readonly #collection: string;
  readonly #store: ExpiringStore;
  readonly #clock: Clock;

  constructor(model: string, store: ExpiringStore, clock: Clock) {
    this.#collection = collectionOf(model);
    this.#store = store;
    this.#clock = clock;
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const expiresAt =
      expiresInSeconds === undefined ? undefined : this.#clock.now() + expiresInSeconds * 1_000;
    await this.#store.put(this.#collection, hashed(id), payload, { expiresAt, index: indexOf(payload) });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return (await this.#store.get<AdapterPayload>(this.#collection, hashed(id)))?.value;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const [found] = await this.#store.findBy<AdapterPayload>(this.#collection, 'uid', uid);
    return found?.value;
  }

  /** Only device codes have one, and there are none. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  /**
   * Marks a code or refresh token as used. Of two that use it at the same moment one loses, and then nobody can
   * say which of them is the thief: all that came from the same sign-in ends.
   * @throws InvalidGrant for the loser
   */
  async consume(id: string): Promise<void> {
    const kept = await this.#store.get<AdapterPayload>(this.#collection, hashed(id));
    if (!kept) throw new errors.InvalidGrant('it is over');
    const { value: payload, version: ifVersion, expiresAt } = kept;
    const terms: ExpiringTerms = { expiresAt, index: indexOf(payload), ifVersion };
    const used = { ...payload, consumed: Math.floor(this.#clock.now() / 1_000) };
    if (!payload.consumed && (await this.#store.put(this.#collection, hashed(id), used, terms))) return;
    if (payload.grantId) await endGrant(this.#store, payload.grantId);
    throw new errors.InvalidGrant('it was used already');
  }

  async destroy(id: string): Promise<void> {
    await this.#store.remove(this.#collection, hashed(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#store.removeBy(this.#collection, 'grant', grantId);
  }
}

/** Ends every session, sign-in under way, grant, code and refresh token of a subject. */
export async function endSignIns(store: ExpiringStore, subject: string): Promise<void> {
  // A sign-in whose password was right and that has not gone on is one, too.
  for (const model of [...OF_A_GRANT, 'Grant', 'Session', 'Interaction'])
    await store.removeBy(collectionOf(model), 'subject', subject);
}

async function endGrant(store: ExpiringStore, grantId: string): Promise<void> {
  await store.remove(collectionOf('Grant'), hashed(grantId));
  for (const model of OF_A_GRANT) await store.removeBy(collectionOf(model), 'grant', grantId);
}

const OF_A_GRANT = ['AuthorizationCode', 'RefreshToken', 'AccessToken'] as const;

const collectionOf = (model: string): string => `identity.${model}`;

const hashed = (id: string): string => createHash('sha256').update(id).digest('base64url');

function indexOf({ accountId, grantId, uid, result }: AdapterPayload): Record<string, string> {
  const subject = accountId ?? result?.login?.accountId;
  return {
    ...(subject ? { subject } : {}),
    ...(grantId ? { grant: grantId } : {}),
    ...(uid ? { uid } : {}),
  };
}
