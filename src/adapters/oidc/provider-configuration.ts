import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { EmbeddedAccounts } from './accounts/embedded-accounts.ts';
import { accessClaims, CLAIMS, idClaims } from './claims.ts';
import { clientMetadata, type PageClient } from './clients.ts';
import { type IdentityKeys, SIGNING_ALGORITHM } from './identity-keys.ts';
import { type Page, pageText } from './pages/page.ts';
import { problemPage } from './pages/problem-page.ts';
import { signedOutPage, signOutPage } from './pages/sign-out-page.ts';
import { ProviderRecords } from './provider-records.ts';
import type { EmbeddedServiceAccounts } from './service-accounts/embedded-service-accounts.ts';
import { ServiceClients, serviceClaims } from './service-accounts/service-clients.ts';

/** What the provider is configured from. */
export interface ProviderParts {
  issuer: string;
  /** The `aud` of access tokens. */
  audience: string;
  store: ExpiringStore;
  clock: Clock;
  accounts: EmbeddedAccounts;
  /** Looked up at each request. */
  serviceAccounts: EmbeddedServiceAccounts;
  clients: readonly PageClient[];
  keys: IdentityKeys;
  /** As they are in force now. */
  limits: () => SignInLimits;
  /** Reaches the back channel of clients, which are all our own. */
  fetch: typeof globalThis.fetch;
}

/** How long somebody stays signed in at the provider, in seconds. */
export interface SignInLimits {
  /** Without a token refreshed for so long, it ends. */
  idleSeconds: number;
  /** After so long it ends whatever happens. */
  absoluteSeconds: number;
}

/** How long the tokens live, in seconds. */
const ACCESS_TOKEN_SECONDS = 300;
const CODE_SECONDS = 60;
/** How long the sign-in page may stand open. */
const SIGN_IN_SECONDS = 1_800;

/** Path of the sign-in page within the provider. */
export const SIGN_IN_PATH = '/sign-in/';

/**
 * oidc-provider as we want it: confidential clients, authorization code with PKCE, refresh tokens used once, client
 * credentials, logout by the client and to its back channel; nothing else, and nobody registers.
 */
export function providerConfiguration(parts: ProviderParts): Configuration {
  const { issuer, audience, store, clock, accounts, serviceAccounts, clients, keys, limits } = parts;
  const secure = issuer.startsWith('https:');
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    adapter: (model) =>
      model === 'Client'
        ? new ServiceClients(serviceAccounts, store, clock)
        : new ProviderRecords(model, store, clock),
    clients: clients.map(clientMetadata),
    clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientBasedCORS: () => false,
    jwks: { keys: keys.signing.map(({ jwk }) => jwk) },
    cookies: {
      keys: keys.cookies,
      names: {
        session: `${secure ? '__Host-' : ''}lcm-identity`,
        interaction: 'lcm-sign-in',
        resume: 'lcm-resume',
      },
      long: { ...cookie, path: '/' },
      short: cookie,
    },
    scopes: Object.keys(CLAIMS),
    claims: { ...CLAIMS, sid: null, auth_time: null },
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) => show(ctx, signOutPage(form, provesWhereFrom(ctx))),
        postLogoutSuccessSource: async (ctx) => show(ctx, signedOutPage()),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => API,
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({
          scope: '',
          audience,
          accessTokenTTL: ACCESS_TOKEN_SECONDS,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: SIGNING_ALGORITHM } },
        }),
      },
    },
    findAccount: async (_ctx, subject) => {
      const account = await accounts.active(subject);
      return account && { accountId: subject, claims: async () => idClaims(account) };
    },
    extraTokenClaims: async (_ctx, token) => {
      if ('accountId' in token) {
        const account = await accounts.active(token.accountId);
        // The session goes along, so that its end can be held against the token.
        return account && { ...accessClaims(account), ...(token.sid ? { sid: token.sid } : {}) };
      }
      const service = await serviceAccounts.active(token.clientId ?? '');
      return service && serviceClaims(service.account);
    },
    loadExistingGrant: grantAll,
    interactions: {
      policy: policy(limits),
      url: (_ctx, { uid }) => `${new URL(issuer).pathname}${SIGN_IN_PATH}${uid}`,
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Whoever signs out, or is signed out, leaves no token behind that works on.
    expiresWithSession: async () => true,
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: SIGN_IN_SECONDS,
      RefreshToken: () => limits().absoluteSeconds,
      Grant: () => limits().absoluteSeconds,
      Session: (_ctx, session) => secondsLeft(session.loginTs, limits(), clock),
    },
    renderError: async (ctx, out) => show(ctx, problemPage(explain(out.error), out.error_description)),
    fetch: (url, { dispatcher: _guard, ...init }: RequestInit & { dispatcher?: unknown } = {}) =>
      parts.fetch(url, init),
  };
}

/** Sends a page. */
export function show(ctx: { type: string; body: unknown }, page: Page): void {
  ctx.type = 'html';
  ctx.body = pageText(page);
}

/** Seconds until somebody who signed in at `loginTs` is signed out unless a token is refreshed; at least one. */
export function secondsLeft(loginTs: number | undefined, limits: SignInLimits, clock: Clock): number {
  const signedInFor = loginTs === undefined ? 0 : Math.floor(clock.now() / 1_000) - loginTs;
  return Math.max(1, Math.min(limits.idleSeconds, limits.absoluteSeconds - signedInFor));
}

/** The one API that tokens are for. */
const API = 'urn:lcm:api';

/** All clients are our own: nobody is asked whether they may know who signs in. */
async function grantAll(ctx: KoaContextWithOIDC) {
  const { client, session, provider, account } = ctx.oidc;
  if (!client || !session || !account) return undefined;
  const known = session.grantIdFor(client.clientId);
  const grant = known === undefined ? undefined : await provider.Grant.find(known);
  if (grant && grant.accountId === account.accountId) return grant;
  const fresh = new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  fresh.addOIDCScope(Object.keys(CLAIMS).join(' '));
  await fresh.save();
  return fresh;
}

/** Asks to sign in, also where the account is gone or the sign-in is too long ago. */
function policy(limits: () => SignInLimits) {
  const { Check } = interactionPolicy;
  const prompts = interactionPolicy.base();
  prompts.remove('consent');
  const { checks } = prompts.get('login') ?? { checks: undefined };
  checks?.add(
    new Check('account_gone', 'the account cannot sign in any more', ({ oidc }) =>
      Boolean(oidc.session?.accountId && !oidc.account),
    ),
  );
  checks?.add(
    new Check('signed_in_long_ago', 'everybody has to sign in again after a while', ({ oidc }) =>
      Boolean(oidc.session?.accountId && !oidc.result?.login && oidc.session.past(limits().absoluteSeconds)),
    ),
  );
  return prompts;
}

/** Whether the one to be signed out is the one that the request brings an ID token of. */
function provesWhereFrom({ oidc }: KoaContextWithOIDC): boolean {
  const hint = oidc.entities.IdTokenHint;
  return hint !== undefined && hint.payload.sub === oidc.session?.accountId;
}

/** What an error code of OAuth means to somebody who only wanted to sign in. */
function explain(error: string): string {
  if (error === 'server_error') return 'Something went wrong here.';
  if (error === 'invalid_request')
    return 'The sign-in page was opened in a way that does not work, or too long ago.';
  return 'Signing in or out was refused.';
}
