import { Refusal } from '@lcm/core/domain/refusal.ts';
import { sameJson } from '@lcm/core/domain/same-json.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { IdentityIssuer, Tokens } from './identity-issuer.ts';
import type { LoginRecord, Person } from './login-record.ts';
import type { FoundLogin, LoginSessions } from './login-sessions.ts';

/** Tokens are refreshed so long ahead of their end, or a third of their life where that is less. */
const LEEWAY_MS = 300_000;
/** One who is at it may take so long; then another may try. */
const REFRESH_MS = 15_000;
/** An issuer that did not answer is left alone for so long. */
const PAUSE_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/**
 * Sees to it that what is known of a login's person is no older than its access token: asks the issuer anew ahead of
 * the token's end, by one request at a time across all replicas. A request waits for that only when the token is over.
 */
export class KeptFresh {
  readonly #issuer: IdentityIssuer;
  readonly #sessions: LoginSessions;
  readonly #clock: Clock;

  constructor(issuer: IdentityIssuer, sessions: LoginSessions, clock: Clock) {
    this.#issuer = issuer;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** @throws Refusal `unauthenticated` where the issuer ends the login; `unavailable` where it cannot be asked in time */
  async fresh(found: FoundLogin): Promise<FoundLogin> {
    const giveUpAt = this.#clock.now() + REFRESH_MS;
    for (let current = found; ; ) {
      const { record } = current;
      const now = this.#clock.now();
      const over = now >= record.accessEndsAt;
      if (now < refreshFrom(record)) return current;
      if (record.refreshToken === undefined) return over ? this.#ended(current) : current;
      const claimed = now >= (record.retryAt ?? 0) && (await this.#claim(current, now));
      if (claimed)
        return this.#refresh(claimed, record.refreshToken).catch((error: unknown) => {
          if (isEnd(error) || this.#clock.now() >= record.accessEndsAt) throw error;
          return claimed;
        });
      if (!over) return current;
      current = await this.#again(current, giveUpAt);
    }
  }

  /**
   * Asks the issuer now, however new it is what is known.
   * @throws Refusal as above; `conflict` where the issuer gave nothing to ask it again with
   */
  async renewed(found: FoundLogin): Promise<FoundLogin> {
    const giveUpAt = this.#clock.now() + REFRESH_MS;
    for (let current = found; ; current = await this.#again(current, giveUpAt)) {
      const { refreshToken } = current.record;
      if (refreshToken === undefined)
        throw new Refusal('conflict', 'the issuer answers for this login but once: log in again');
      const claimed = await this.#claim(current, this.#clock.now());
      if (claimed) return this.#refresh(claimed, refreshToken);
    }
  }

  /** The login as one that is refreshed by this request; undefined where another one is at it. */
  async #claim(found: FoundLogin, now: number): Promise<FoundLogin | undefined> {
    if (now < (found.record.refreshingUntil ?? 0)) return undefined;
    const record = { ...found.record, refreshingUntil: now + REFRESH_MS };
    return (await this.#sessions.changeOnce(found, record)) ? { ...found, record } : undefined;
  }

  /** The login as it is after a moment. */
  async #again(found: FoundLogin, giveUpAt: number): Promise<FoundLogin> {
    const now = this.#clock.now();
    if (now >= giveUpAt || now < (found.record.retryAt ?? 0))
      throw new Refusal('unavailable', 'the issuer of the login does not answer');
    await this.#clock.sleep(LOOK_AGAIN_MS);
    const again = await this.#sessions.get(found.id);
    if (!again) throw ended();
    return { ...again, newSecret: found.newSecret };
  }

  async #refresh(found: FoundLogin, refreshToken: string): Promise<FoundLogin> {
    try {
      const tokens = await this.#issuer.refreshed(refreshToken, found.record.person.subject);
      return await this.#take(found, tokens);
    } catch (error) {
      if (isEnd(error)) return this.#ended(found);
      const retryAt = this.#clock.now() + PAUSE_MS;
      const paused = (record: LoginRecord) => ({ ...record, refreshingUntil: undefined, retryAt });
      if (!(await this.#sessions.change(found.id, paused))) throw ended();
      throw error;
    }
  }

  async #take(
    found: FoundLogin,
    { idToken, refreshToken, sid, provenAt: _, ...tokens }: Tokens,
  ): Promise<FoundLogin> {
    const after = await this.#sessions.change(found.id, (record) => ({
      ...record,
      ...tokens,
      idToken: idToken ?? record.idToken,
      refreshToken: refreshToken ?? record.refreshToken,
      sid: sid ?? record.sid,
      refreshingUntil: undefined,
      retryAt: undefined,
      rotationDue: record.rotationDue || !sameJson(privileges(record.person), privileges(tokens.person)),
    }));
    if (!after) throw ended();
    return { ...after, newSecret: found.newSecret };
  }

  async #ended({ id }: FoundLogin): Promise<never> {
    await this.#sessions.end(id);
    throw ended();
  }
}

/** That there is no such login any more, or that its issuer says so. */
const isEnd = (error: unknown) => error instanceof Refusal && error.code === 'unauthenticated';
const ended = () => new Refusal('unauthenticated', 'the login has ended');

const refreshFrom = ({ accessEndsAt, accessLifeMs }: LoginRecord) =>
  accessEndsAt - Math.min(LEEWAY_MS, accessLifeMs / 3);

const privileges = ({ roles, department, groups, impersonator }: Person) => ({
  roles,
  department: department ?? null,
  groups: groups ?? [],
  impersonator: impersonator?.subject ?? null,
});
