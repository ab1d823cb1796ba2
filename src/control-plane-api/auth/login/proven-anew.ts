import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Tokens } from './identity-issuer.ts';
import type { LoginLimits, LoginRecord } from './login-record.ts';

const LOGGED_OUT = 'logged-out';
const ACTED = 'logged-in-as-another';
/** A login takes its time: who proves who they are just in time is not sent back for it. */
const SLACK_MS = 60_000;

/** What it goes by. */
export interface ProvenAnewParts {
  store: ExpiringStore;
  clock: Clock;
  limits: () => Promise<LoginLimits>;
}

/**
 * Whether somebody who comes from the issuer has proven there who they are since they were last here. The issuer may
 * still know the browser after a login here has ended: whoever sits at it by then has to prove it again. A login that
 * was idle began before it was, so what is older than the idle limit will not do; one that was logged out is noted.
 */
export class ProvenAnew {
  readonly #parts: ProvenAnewParts;

  constructor(parts: ProvenAnewParts) {
    this.#parts = parts;
  }

  /** Takes note that somebody has logged out, in case the issuer does not hear of it. */
  async noteLogout({ person: { issuer }, sid }: LoginRecord): Promise<void> {
    if (sid === undefined) return;
    const { store, clock, limits } = this.#parts;
    const at = clock.now();
    const expiresAt = at + (await limits()).absoluteSeconds * 1_000;
    await store.put(LOGGED_OUT, keyOf(issuer, sid), { at }, { expiresAt });
  }

  /** Whether it was proven late enough; not where the issuer does not say when. */
  async holds({ person, sid, provenAt }: Tokens): Promise<boolean> {
    const { store, clock, limits } = this.#parts;
    // Who acts as somebody else has proven nothing in that one's name: what they began there is good for one login.
    if (provenAt === undefined) return person.impersonator !== undefined && this.#isFirst(person.issuer, sid);
    const { idleSeconds } = await limits();
    if (provenAt < clock.now() - idleSeconds * 1_000 - SLACK_MS) return false;
    if (sid === undefined) return true;
    const out = await store.get<{ at: number }>(LOGGED_OUT, keyOf(person.issuer, sid));
    // Issuers count whole seconds.
    return out === undefined || provenAt + 1_000 > out.value.at;
  }

  async #isFirst(issuer: string, sid: string | undefined): Promise<boolean> {
    if (sid === undefined) return false;
    const { store, clock, limits } = this.#parts;
    const at = clock.now();
    const expiresAt = at + (await limits()).absoluteSeconds * 1_000;
    return store.put(ACTED, keyOf(issuer, sid), { at }, { expiresAt, ifVersion: 0 });
  }
}

const keyOf = (issuer: string, sid: string) => `${issuer} ${sid}`;
