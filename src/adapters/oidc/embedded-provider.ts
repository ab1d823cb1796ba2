import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogInByPassword } from '@lcm/core/spi/local-accounts.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { JSONWebKeySet } from 'jose';
import { Provider } from 'oidc-provider';
import { isSecret } from '../secrets/secret-hash.ts';
import { SignInGuard } from './accounts/sign-in-guard.ts';
import { type KeyPlace, loadKeys, publicKeys, rotateKeys } from './identity-keys.ts';
import { secureHeaders } from './pages/page.ts';
import { issueAccessToken } from './password-token.ts';
import {
  type ProviderParts,
  providerConfiguration,
  type SignInLimits,
  secondsLeft,
} from './provider-configuration.ts';
import { endSignIns } from './provider-records.ts';
import { signInBy } from './sign-in.ts';
import { signInForm } from './sign-in-form.ts';

/** What the provider is made of. */
export interface EmbeddedProviderOptions extends Omit<ProviderParts, 'keys' | 'limits' | 'fetch'>, KeyPlace {
  log: Log;
  /** Asked with each request: how long people stay signed in, which has to outlast the page's own limits. */
  limits?: () => Promise<SignInLimits>;
  fetch?: ProviderParts['fetch'];
}

/** The identity provider of the embedded mode. */
export interface EmbeddedProvider {
  readonly issuer: string;
  readonly audience: string;
  /** The keys to verify with, as they are now: ask each time. */
  jwks(): JSONWebKeySet;
  /**
   * Answers a request whose path begins with `mountedAt`, with its body unread.
   * @param address of the peer, as far as trusted proxies tell; what the request says of it itself is not believed
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    at: { mountedAt: string; address: string },
  ): Promise<void>;
  /** Gives tokens of a day, for the same accounts. */
  readonly logIn: LogInByPassword;
  /** Signs with new keys from now on; what the ones before have signed stays good. */
  rotateKeys(): Promise<void>;
  close(): void;
}

/** Starts the provider: with its keys, or with new ones where there are none. */
export async function embeddedProvider(options: EmbeddedProviderOptions): Promise<EmbeddedProvider> {
  const { issuer, audience, store, clock, random, accounts, log } = options;
  let limits: SignInLimits = { idleSeconds: 2_400, absoluteSeconds: 36_000 };
  const parts = { ...options, limits: () => limits, fetch: options.fetch ?? globalThis.fetch };
  const signIn = signInBy(accounts, new SignInGuard(store, clock), log);
  accounts.onRevoked((subject) => endSignIns(store, subject));

  let keys = await loadKeys(options);
  let answer = build();
  function build() {
    const provider = new Provider(issuer, providerConfiguration({ ...parts, keys }));
    // Who asks is said by us, in the headers of a proxy.
    provider.proxy = true;
    provider.silent = true;
    knowSecretsByHash(provider);
    provider.use(signInForm(provider, { issuer, accounts, signIn }));
    stayWhileUsed(provider, parts);
    tell(provider, log);
    return provider.callback();
  }
  async function useKeys(next: typeof keys): Promise<void> {
    if (next.signing[0].jwk.kid === keys.signing[0].jwk.kid) return;
    keys = next;
    answer = build();
    log.info({ kid: keys.signing[0].jwk.kid }, 'tokens are signed with a new key');
  }
  let stopLooking = lookDaily();
  function lookDaily() {
    return clock.after(86_400_000, () => {
      stopLooking = lookDaily();
      loadKeys(options)
        .then(useKeys)
        .catch((error: unknown) => log.error({ err: error }, 'the keys could not be read'));
    });
  }

  const formTargets = parts.clients.flatMap((client) =>
    [...client.redirectUris, ...client.postLogoutRedirectUris].map((uri) => new URL(uri).origin),
  );
  return {
    issuer,
    audience,
    jwks: () => publicKeys(keys),
    handle: async (request, response, at) => {
      try {
        if (options.limits) limits = await options.limits();
        secureHeaders(response, [...new Set(formTargets)]);
        await answer(asMounted(request, issuer, at), response);
      } catch (error) {
        log.error({ err: error }, 'the identity provider failed');
        throw error;
      }
    },
    logIn: async (typed) => {
      const askedAt = clock.now();
      const account = await signIn(typed);
      return issueAccessToken({ issuer, audience, clock, random, keys }, account, askedAt);
    },
    rotateKeys: async () => useKeys(await rotateKeys(options)),
    close: () => stopLooking(),
  };
}

/** What is kept as a client's secret is its hash. */
function knowSecretsByHash(provider: Provider): void {
  Object.assign(provider.Client.prototype, {
    compareClientSecret(this: InstanceType<Provider['Client']>, typed: string): boolean {
      return this.clientSecret !== undefined && isSecret(typed, this.clientSecret);
    },
  });
}

/** The request as if it came straight to the issuer, whatever stands in between and whatever the client says. */
function asMounted(
  request: IncomingMessage,
  issuer: string,
  { mountedAt, address }: { mountedAt: string; address: string },
): IncomingMessage {
  const { protocol, host, pathname } = new URL(issuer);
  const path = (request.url ?? '/').slice(mountedAt.length) || '/';
  request.headers = {
    ...request.headers,
    host,
    'x-forwarded-proto': protocol.slice(0, -1),
    'x-forwarded-for': address,
  };
  delete request.headers['x-forwarded-host'];
  request.url = path;
  return Object.assign(request, { originalUrl: pathname + path });
}

/** A sign-in whose tokens are being refreshed is in use. */
function stayWhileUsed(provider: Provider, { limits, clock }: Pick<ProviderParts, 'limits' | 'clock'>): void {
  provider.use(async (ctx, next) => {
    await next();
    const token = ctx['oidc']?.entities?.RotatedRefreshToken;
    if (ctx.status !== 200 || !token?.sessionUid) return;
    const session = await provider.Session.findByUid(token.sessionUid);
    await session?.save(secondsLeft(session.loginTs, limits(), clock));
  });
}

/** What goes wrong goes to the log, by name: requests and tokens do not. */
function tell(provider: Provider, log: Log): void {
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'the identity provider failed'));
  provider.on('backchannel.error', (_ctx, error, client) =>
    log.warn(
      { clientId: client.clientId, reason: error.message },
      'a client could not be told of a sign-out',
    ),
  );
  provider.on('grant.error', (ctx, error) =>
    log.info(
      { clientId: ctx.oidc.client?.clientId, error: error.error, reason: error.error_detail },
      'no token given',
    ),
  );
  provider.on('grant.revoked', (ctx) =>
    log.info({ clientId: ctx.oidc.client?.clientId }, 'all tokens of a sign-in were revoked'),
  );
}
