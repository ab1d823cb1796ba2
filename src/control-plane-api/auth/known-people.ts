import type { Role } from '@lcm/core/api/endpoint.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { type Caller, ownKey } from './caller.ts';

/** What a person is by now. */
export type Standing = Pick<Caller, 'department' | 'groups'> & { roles: readonly Role[] };

/**
 * What the owner of an access token is by now: `gone` where they may not come in any more, undefined where nothing
 * newer is known than the token itself.
 */
export type StandingOf = (
  owner: Pick<Caller, 'issuer' | 'subject'>,
) => Promise<Standing | 'gone' | undefined>;

const COLLECTION = 'known-people';
/** Milliseconds that a person is remembered who does not come: as long as an access token lives. */
const KEPT_MS = 366 * 86_400_000;
/** Milliseconds after which one who comes is written down again, though nothing has changed. */
const REFRESHED_MS = 86_400_000;
/** Most people of whom it is remembered here what was written down. */
const MOST_REMEMBERED = 10_000;

/** What people were when they came last, by a login or a token of their issuer: who has accounts elsewhere is not told of. */
export class KnownPeople {
  readonly #store: ExpiringStore;
  readonly #clock: Clock;
  readonly #written = new Map<string, { text: string; at: number }>();

  constructor(store: ExpiringStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Takes note of one who came with what their issuer says of them; services and access tokens say nothing new. */
  async note(caller: Caller): Promise<void> {
    const { roles, department, groups, credential, impersonator } = caller;
    if (credential?.type !== 'login' && credential?.type !== 'bearer') return;
    if (impersonator) return;
    const id = ownKey(caller);
    const standing: Standing = { roles, department, groups };
    const [text, at] = [JSON.stringify(standing), this.#clock.now()];
    const written = this.#written.get(id);
    if (written?.text === text && at - written.at < REFRESHED_MS) return;
    await this.#store.put(COLLECTION, id, standing, { expiresAt: at + KEPT_MS });
    if (this.#written.size >= MOST_REMEMBERED) this.#written.clear();
    this.#written.set(id, { text, at });
  }

  readonly standingOf: StandingOf = async ({ issuer, subject }) =>
    (await this.#store.get<Standing>(COLLECTION, `${issuer}|${subject}`))?.value;
}
