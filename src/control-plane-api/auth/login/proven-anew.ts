import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Tokens } from './identity-issuer.ts';
import type { LoginLimits, LoginRecord } from './login-record.ts';

const COLLECTION = 'logged-out';
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
    await store.put(COLLECTION, keyOf(issuer, sid), { at }, { expiresAt });
  }

  /** @throws Refusal `unauthenticated` where the issuer does not say when it was proven, though it was asked to */
  async holds({ person, sid, provenAt }: Tokens): Promise<boolean> {
    if (provenAt === undefined)
      throw new Refusal('unauthenticated', 'the issuer does not say when the person proved who they are');
    const { store, clock, limits } = this.#parts;
    const { idleSeconds } = await limits();
    if (provenAt < clock.now() - idleSeconds * 1_000 - SLACK_MS) return false;
    const out =
      sid === undefined ? undefined : await store.get<{ at: number }>(COLLECTION, keyOf(person.issuer, sid));
    // Issuers count whole seconds.
    return out === undefined || provenAt + 1_000 > out.value.at;
  }
}

const keyOf = (issuer: string, sid: string) => `${issuer} ${sid}`;
