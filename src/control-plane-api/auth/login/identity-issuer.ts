import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { createRemoteJWKSet, decodeJwt, type JWTVerifyGetKey, customFetch as jwksFetch } from 'jose';
import * as oidc from 'openid-client';
import { personOf } from '../person-claims.ts';
import type { Person } from './login-record.ts';

/** Where people prove who they are: an OpenID provider, and this system as its client. */
export interface IssuerParts {
  /** As it calls itself, and as browsers reach it. */
  issuer: () => string;
  /** Where it is for us, if that is not where it is for browsers: stands in for the issuer's origin. */
  internalUrl?: URL | undefined;
  clientId: string;
  clientSecret: string;
  /** More than `openid profile email`, for issuers that ask for it. */
  scope?: string | undefined;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
}

/** What the issuer says of one who logged in. */
export interface Tokens {
  person: Person;
  sid?: string | undefined;
  /** Absent where a refresh gives no new one. */
  idToken?: string | undefined;
  refreshToken?: string | undefined;
  accessEndsAt: number;
  accessLifeMs: number;
  /** When the person last proved to the issuer who they are, in milliseconds since the epoch. */
  provenAt?: number | undefined;
}

/** What binds a login's beginning to its end: made by us, known to nobody else. */
export interface AttemptSecrets {
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  verifier: string;
}

/**
 * The conversation with the issuer: authorization code flow with PKCE, state and nonce; every signature is checked.
 * All methods @throws Refusal `unavailable` where it cannot be reached, or does not know us.
 */
export class IdentityIssuer {
  readonly #parts: IssuerParts;
  #known: Promise<Known> | undefined;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  get clientId(): string {
    return this.#parts.clientId;
  }

  /**
   * Where a browser goes to log in.
   * @param anew whether the person has to prove who they are, though the issuer may know them
   */
  async loginUrl(
    { state, nonce, verifier }: AttemptSecrets,
    redirectUri: string,
    anew: boolean,
  ): Promise<URL> {
    const { config } = await this.#discovered();
    return oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.#parts.scope ?? 'openid profile email',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // An age is asked for as well: by that the issuer has to say when it was (OpenID Connect Core 1.0, section 2).
      ...(anew ? { prompt: 'login', max_age: '0' } : {}),
    });
  }

  /** Takes the code that a browser came back with. @throws Refusal `unauthenticated` where anything does not match */
  async tokensOf(callback: URL, { state, nonce, verifier }: AttemptSecrets): Promise<Tokens> {
    const { config } = await this.#discovered();
    const answer = await this.#asked(() =>
      oidc.authorizationCodeGrant(config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      }),
    );
    return this.#read(config, answer, answer.claims());
  }

  /** The same person's tokens anew. @throws Refusal `unauthenticated` where the issuer ends the login */
  async refreshed(refreshToken: string, subject: string): Promise<Tokens> {
    const { config } = await this.#discovered();
    const answer = await this.#asked(() => oidc.refreshTokenGrant(config, refreshToken));
    const claims =
      answer.claims() ?? (await this.#asked(() => oidc.fetchUserInfo(config, answer.access_token, subject)));
    if (claims.sub !== subject)
      throw new Refusal('unauthenticated', 'the issuer speaks of somebody else by now');
    return this.#read(config, answer, claims);
  }

  /** Where a browser goes to log out at the issuer too; undefined where it knows no such place. */
  async logoutUrl(idToken: string, returnTo: string): Promise<URL | undefined> {
    const { config } = await this.#discovered();
    if (!config.serverMetadata().end_session_endpoint) return undefined;
    return oidc.buildEndSessionUrl(config, {
      id_token_hint: idToken,
      post_logout_redirect_uri: returnTo,
    });
  }

  /** Has the issuer forget a refresh token, where it can. */
  async revoke(refreshToken: string): Promise<void> {
    const { config } = await this.#discovered();
    if (config.serverMetadata().revocation_endpoint)
      await this.#asked(() => oidc.tokenRevocation(config, refreshToken));
  }

  /** The issuer as its tokens name it, and its keys: for what it sends us unasked. */
  async trust(): Promise<{ name: string; keys: JWTVerifyGetKey }> {
    const { config, keys } = await this.#discovered();
    return { name: config.serverMetadata().issuer, keys };
  }

  #read(
    config: oidc.Configuration,
    answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    claims: object | undefined,
  ): Tokens {
    const said = { ...rolesOf(answer.access_token), ...claims };
    const accessLifeMs = (answer.expiresIn() ?? DEFAULT_LIFE_SECONDS) * 1_000;
    const provenAt =
      'auth_time' in said && typeof said.auth_time === 'number' && said.auth_time > 0
        ? said.auth_time
        : undefined;
    const sid = 'sid' in said && typeof said.sid === 'string' ? said.sid : undefined;
    return {
      person: personOf(config.serverMetadata().issuer, said),
      ...(sid ? { sid } : {}),
      ...(provenAt === undefined ? {} : { provenAt: provenAt * 1_000 }),
      ...(answer.id_token ? { idToken: answer.id_token } : {}),
      ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
      accessEndsAt: this.#parts.clock.now() + accessLifeMs,
      accessLifeMs,
    };
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      throw refusalOf(cause);
    }
  }

  /** What the issuer says of itself. A failure is not remembered. */
  #discovered(): Promise<Known> {
    this.#known ??= this.#discover().catch((cause: unknown) => {
      this.#known = undefined;
      throw new Refusal(
        'unavailable',
        `the issuer ${this.#parts.issuer()} does not say how to log in there`,
        { cause },
      );
    });
    return this.#known;
  }

  async #discover(): Promise<Known> {
    const { issuer, internalUrl, clientId, clientSecret, fetch } = this.#parts;
    const server = new URL(issuer());
    const ask = (url: string, init: object) => fetch(backChannelUrl(url, server, internalUrl), init);
    const plain = (internalUrl ?? server).protocol === 'http:';
    const config = await oidc.discovery(server, clientId, clientSecret, undefined, {
      [oidc.customFetch]: ask,
      timeout: TIMEOUT_SECONDS,
      // Without https there is nothing but signatures to go by; with it they cost little.
      execute: [oidc.enableNonRepudiationChecks, ...(plain ? [oidc.allowInsecureRequests] : [])],
    });
    const { jwks_uri } = config.serverMetadata();
    if (!jwks_uri) throw new Error('it does not say where its keys are');
    return { config, keys: createRemoteJWKSet(new URL(jwks_uri), { [jwksFetch]: ask }) };
  }
}

interface Known {
  config: oidc.Configuration;
  keys: JWTVerifyGetKey;
}

const TIMEOUT_SECONDS = 10;
/** Of an access token whose issuer does not say how long it lasts. */
const DEFAULT_LIFE_SECONDS = 300;

function backChannelUrl(url: string, issuer: URL, internal: URL | undefined): string {
  if (!internal || new URL(url).origin !== issuer.origin) return url;
  return internal.href.replace(/\/$/, '') + url.slice(issuer.origin.length);
}

/**
 * Roles and the like as the access token has them: some issuers say them nowhere else. It came straight from the
 * issuer, in the same answer as the signed ID token, which says more where both say something.
 */
function rolesOf(accessToken: string): object {
  try {
    const { roles, realm_access, groups, department, username, user_id, act } = decodeJwt(accessToken);
    return { roles, realm_access, groups, department, username, user_id, act };
  } catch {
    // It is not for us to read: then it says nothing.
    return {};
  }
}

/** OAuth errors that say no to this person; all others are about us, or the network. */
const NO = new Set([
  'invalid_grant',
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
]);

function refusalOf(cause: unknown): Refusal {
  const refused =
    (cause instanceof oidc.ResponseBodyError || cause instanceof oidc.AuthorizationResponseError) &&
    NO.has(cause.error);
  const mismatch =
    cause instanceof oidc.ClientError && /^OAUTH_(INVALID_RESPONSE|JWT_|JSON_ATTR)/.test(cause.code ?? '');
  if (refused || mismatch)
    return new Refusal('unauthenticated', 'the issuer does not confirm the login', { cause });
  return new Refusal('unavailable', 'the issuer does not answer as it should', { cause });
}
