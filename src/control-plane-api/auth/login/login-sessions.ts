import { createHash } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringRecord, ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { Tokens } from './identity-issuer.ts';
import { endsOf, type LoginLimits, type LoginRecord, type MovedRecord } from './login-record.ts';

const COLLECTION = 'login';
/** A replaced cookie leads on for so long: requests under way still have it. */
const MOVED_MS = 60_000;
/** Of two who write at once one has to try again; that many times is not by chance. */
const MOST_TRIES = 10;

/** A login as it was found. */
export interface FoundLogin {
  /** By which it is known to people and audit; it opens nothing. */
  id: string;
  record: LoginRecord;
  version: number;
  /** The cookie that the browser should have by now, where it sent an older one. */
  newSecret?: string | undefined;
}

export interface LoginSessionsParts {
  /** Values are to be sealed at rest: they hold tokens. */
  store: ExpiringStore;
  clock: Clock;
  random: Random;
  limits: () => Promise<LoginLimits>;
}

/**
 * Those who are logged in to the page, in the store that all replicas share: what ends here is ended everywhere at
 * once. A cookie is 256 bits of chance, of which only the hash is kept.
 */
export class LoginSessions {
  readonly #parts: LoginSessionsParts;

  constructor(parts: LoginSessionsParts) {
    this.#parts = parts;
  }

  /** Begins a login; its cookie's value. */
  async begin(
    tokens: Tokens,
    from: Pick<LoginRecord, 'address' | 'userAgent'>,
  ): Promise<{ secret: string; id: string }> {
    const { clock, random } = this.#parts;
    const now = clock.now();
    const { idToken, provenAt: _, ...rest } = tokens;
    if (idToken === undefined) throw new Refusal('unavailable', 'the issuer gave no ID token');
    const secret = random.secret();
    const record: LoginRecord = {
      kind: 'login',
      csrf: random.secret(),
      startedAt: now,
      seenAt: now,
      idToken,
      ...rest,
      ...from,
    };
    await this.#put(idOf(secret), record, 0);
    return { secret, id: idOf(secret) };
  }

  /** The login that a cookie stands for; undefined where it has ended. */
  async find(secret: string): Promise<FoundLogin | undefined> {
    const kept = await this.#parts.store.get<LoginRecord | MovedRecord>(COLLECTION, idOf(secret));
    if (kept?.value.kind !== 'moved') return kept && this.#found(kept as ExpiringRecord<LoginRecord>);
    const { to } = kept.value;
    const next = await this.get(idOf(to));
    return next && { ...next, newSecret: to };
  }

  /** The login with that id; undefined where it has ended. */
  async get(id: string): Promise<FoundLogin | undefined> {
    const kept = await this.#parts.store.get<LoginRecord | MovedRecord>(COLLECTION, id);
    return kept?.value.kind === 'login' ? this.#found(kept as ExpiringRecord<LoginRecord>) : undefined;
  }

  /** Changes a login that is there still; as it is then, undefined where it has ended. */
  async change(id: string, how: (record: LoginRecord) => LoginRecord): Promise<FoundLogin | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.get(id);
      if (!found) return undefined;
      const record = how(found.record);
      if (await this.#put(id, record, found.version)) return { ...found, record, version: found.version + 1 };
    }
    throw new Refusal('busy', 'too many requests change this login at once');
  }

  /** Changes a login unless somebody else has since it was found; whether it did. */
  changeOnce(found: FoundLogin, record: LoginRecord): Promise<boolean> {
    return this.#put(found.id, record, found.version);
  }

  /** Goes on under a new cookie: its value, or undefined where somebody else was faster. */
  async rotate(found: FoundLogin): Promise<string | undefined> {
    const { store, clock, random } = this.#parts;
    const to = random.secret();
    const moved: MovedRecord = { kind: 'moved', to };
    await this.#put(idOf(to), { ...found.record, rotationDue: undefined }, 0);
    const terms = { expiresAt: clock.now() + MOVED_MS, ifVersion: found.version };
    if (await store.put(COLLECTION, found.id, moved, terms)) return to;
    await store.remove(COLLECTION, idOf(to));
    return undefined;
  }

  /** Ends a login, under whatever cookie it goes on by now; whether there was one. */
  async end(id: string): Promise<boolean> {
    const { store, clock, random } = this.#parts;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const kept = await store.get<LoginRecord | MovedRecord>(COLLECTION, id);
      if (!kept) return false;
      if (kept.value.kind === 'moved') {
        await store.remove(COLLECTION, id);
        return this.end(idOf(kept.value.to));
      }
      // Another request may have it go on under a new cookie at this moment: of the two, one comes first.
      const nowhere: MovedRecord = { kind: 'moved', to: random.secret() };
      const terms = { expiresAt: clock.now() + MOVED_MS, ifVersion: kept.version };
      if (await store.put(COLLECTION, id, nowhere, terms)) return store.remove(COLLECTION, id);
    }
    throw new Refusal('busy', 'too many requests change this login at once');
  }

  /** Ends the login that a cookie stands for, an older cookie of it included; as it was, where there was one. */
  async endBy(secret: string): Promise<FoundLogin | undefined> {
    const found = await this.find(secret);
    await this.end(idOf(secret));
    return found;
  }

  /** Ends all logins that came from one of the issuer's sessions; how many. */
  endOfSession(issuer: string, sid: string): Promise<number> {
    return this.#parts.store.removeBy(COLLECTION, 'sid', wordOf(issuer, sid));
  }

  /** Ends all logins of one person; how many. */
  endOfPerson(issuer: string, subject: string): Promise<number> {
    return this.#parts.store.removeBy(COLLECTION, 'person', wordOf(issuer, subject));
  }

  /** The logins of one person, or of everybody; at most 1,000. */
  async list(of?: { issuer: string; subject: string }): Promise<FoundLogin[]> {
    const [field, word] = of ? ['person', wordOf(of.issuer, of.subject)] : ['all', 'logins'];
    const kept = await this.#parts.store.findBy<LoginRecord>(COLLECTION, field ?? '', word ?? '');
    const found = await Promise.all(kept.map((one) => this.#found(one)));
    return found.filter((one) => one !== undefined);
  }

  /** Limits may have been lowered since it was written. */
  async #found({ id, value, version }: ExpiringRecord<LoginRecord>): Promise<FoundLogin | undefined> {
    const { endsAt } = endsOf(value, await this.#parts.limits());
    return endsAt > this.#parts.clock.now() ? { id, record: value, version } : undefined;
  }

  async #put(id: string, record: LoginRecord, ifVersion: number): Promise<boolean> {
    const { issuer, subject } = record.person;
    return this.#parts.store.put(COLLECTION, id, record, {
      ifVersion,
      expiresAt: endsOf(record, await this.#parts.limits()).endsAt,
      index: {
        all: 'logins',
        person: wordOf(issuer, subject),
        ...(record.sid ? { sid: wordOf(issuer, record.sid) } : {}),
      },
    });
  }
}

const wordOf = (issuer: string, word: string) => `${issuer} ${word}`;

/** What a secret is kept under. */
export const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
