import { isSecret } from '@lcm/adapters/secrets/secret-hash.ts';
import { ANYBODY } from '@lcm/core/api/endpoint.ts';
import type { AccessToken } from '@lcm/core/domain/access-token.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { AuthenticationWay, Caller } from '../caller.ts';
import type { Standing, StandingOf } from '../known-people.ts';
import { PREFIX, readAccessToken } from './access-token-text.ts';
import { noteUse } from './access-token-uses.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Most access tokens that are remembered, and for how many milliseconds: so late a change made elsewhere is felt. */
const MOST_REMEMBERED = 10_000;
const REMEMBERED_MS = 5_000;

/** Where access tokens are looked up. */
export interface AccessTokenCallersOptions {
  store: StateStore;
  expiring: ExpiringStore;
  clock: Clock;
  /** What their owners are by now. */
  standingOf: StandingOf;
}

interface Found {
  token: AccessToken;
  standing: Awaited<ReturnType<StandingOf>>;
}

/** Callers by personal access token: as their owners, within the token's scopes. */
export class AccessTokenCallers {
  readonly #options: AccessTokenCallersOptions;
  readonly #remembered = new VerifiedTokens<Found & { expiresAt: number }>(MOST_REMEMBERED);

  constructor(options: AccessTokenCallersOptions) {
    this.#options = options;
  }

  readonly way: AuthenticationWay = async (credentials) => {
    const bearer = bearerTokenOf(credentials);
    if (!bearer?.startsWith(PREFIX)) return undefined;
    const text = readAccessToken(bearer);
    const found = text && (await this.#find(text.id));
    // One answer for what was never there and for a wrong secret.
    if (!found || !isSecret(text.secret, found.token.secretHash))
      throw new Refusal('unauthenticated', 'this access token is not known here');
    const { token, standing } = found;
    if (token.status === 'REVOKED') throw new Refusal('unauthenticated', 'this access token was revoked');
    const now = this.#options.clock.now();
    if (ms(token.expiresAt) <= now) throw new Refusal('unauthenticated', 'this access token has expired');
    if (standing === 'gone')
      throw new Refusal('unauthenticated', 'the owner of this access token may not come in any more');
    await noteUse(this.#options.expiring, token.id, now);
    return callerOf(token, standing);
  };

  /** To be told of everything that is written here: a revocation is felt at once. */
  readonly noteWrite = (kind: Kind, id: string): void => {
    if (kind === 'access-token') this.#remembered.forget(id);
  };

  async #find(id: string): Promise<Found | undefined> {
    const { store, clock, standingOf } = this.#options;
    const known = this.#remembered.get(id, clock.now());
    if (known) return known;
    const stored = await store.load<AccessToken>('access-token', id);
    if (!stored) return undefined;
    const found = { token: stored.state, standing: await standingOf(stored.state) };
    this.#remembered.put(id, { ...found, expiresAt: clock.now() + REMEMBERED_MS });
    return found;
  }
}

/** With the roles that its owner had when it was made and has still; of the rest, with what holds now. */
function callerOf(token: AccessToken, standing: Standing | undefined): Caller {
  const { id, issuer, subject, username, roles, scopes } = token;
  const { department, groups } = standing ?? token;
  const still: readonly string[] = standing?.roles ?? roles;
  return {
    issuer,
    subject,
    username,
    roles: ANYBODY.filter((role) => roles.includes(role) && still.includes(role)),
    department,
    groups,
    scopes,
    credential: { type: 'access-token', id },
  };
}
