import { ANYBODY } from '@lcm/core/api/endpoint.ts';
import type { AccessToken } from '@lcm/core/domain/access-token.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { AuthenticationWay, Caller } from '../caller.ts';
import { isSecretOf, PREFIX, readAccessToken } from './access-token-text.ts';
import { noteUse } from './access-token-uses.ts';
import { bearerTokenOf } from './bearer-token.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Most access tokens that are remembered, and for how many milliseconds: so late a revocation elsewhere is felt. */
const MOST_REMEMBERED = 10_000;
const REMEMBERED_MS = 5_000;

/** Where access tokens are looked up. */
export interface AccessTokenCallersOptions {
  store: StateStore;
  expiring: ExpiringStore;
  clock: Clock;
}

/** Callers by personal access token: as their owners, within the token's scopes. */
export class AccessTokenCallers {
  readonly #options: AccessTokenCallersOptions;
  readonly #remembered = new VerifiedTokens<{ token: AccessToken; expiresAt: number }>(MOST_REMEMBERED);

  constructor(options: AccessTokenCallersOptions) {
    this.#options = options;
  }

  readonly way: AuthenticationWay = async (credentials) => {
    const bearer = bearerTokenOf(credentials);
    if (!bearer?.startsWith(PREFIX)) return undefined;
    const text = readAccessToken(bearer);
    const token = text && (await this.#find(text.id));
    // One answer for what was never there and for a wrong secret.
    if (!token || !isSecretOf(token.secretHash, text.secret))
      throw new Refusal('unauthenticated', 'this access token is not known here');
    if (token.status === 'REVOKED') throw new Refusal('unauthenticated', 'this access token was revoked');
    const now = this.#options.clock.now();
    if (ms(token.expiresAt) <= now) throw new Refusal('unauthenticated', 'this access token has expired');
    await noteUse(this.#options.expiring, token.id, now);
    return callerOf(token);
  };

  /** To be told of everything that is written here: a revocation is felt at once. */
  readonly noteWrite = (kind: Kind, id: string): void => {
    if (kind === 'access-token') this.#remembered.forget(id);
  };

  async #find(id: string): Promise<AccessToken | undefined> {
    const { store, clock } = this.#options;
    const known = this.#remembered.get(id, clock.now());
    if (known) return known.token;
    const stored = await store.load<AccessToken>('access-token', id);
    if (stored) this.#remembered.put(id, { token: stored.state, expiresAt: clock.now() + REMEMBERED_MS });
    return stored?.state;
  }
}

function callerOf({ id, issuer, subject, username, roles, department, groups, scopes }: AccessToken): Caller {
  return {
    issuer,
    subject,
    username,
    roles: ANYBODY.filter((role) => roles.includes(role)),
    department,
    groups,
    scopes,
    credential: { type: 'access-token', id },
  };
}
