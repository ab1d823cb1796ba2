import { EmbeddedAccounts } from '@lcm/adapters/oidc/accounts/embedded-accounts.ts';
import { type EmbeddedProvider, embeddedProvider } from '@lcm/adapters/oidc/embedded-provider.ts';
import type { SignInLimits } from '@lcm/adapters/oidc/provider-configuration.ts';
import { EmbeddedServiceAccounts } from '@lcm/adapters/oidc/service-accounts/embedded-service-accounts.ts';
import type { Identity } from '@lcm/control-plane-api/auth/accounts/identity.ts';
import {
  IDENTITY_PATH,
  mountIdentityProvider,
} from '@lcm/control-plane-api/auth/accounts/identity-provider.ts';
import { heldUpFloods } from '@lcm/control-plane-api/auth/accounts/sign-in-floods.ts';
import type { Standing } from '@lcm/control-plane-api/auth/known-people.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { FastifyInstance } from 'fastify';
import { noteIssuer } from './last-issuer.ts';

/** What the identity provider that is built in is put together from. */
export interface EmbeddedIdentityParts {
  /** Seals its values. */
  store: ExpiringStore;
  clock: Clock;
  random: Random;
  log: Log;
  /** The `aud` of access tokens. */
  audience: string;
  /** Whether the accounts of the demo can sign in. */
  demo: boolean;
  limits: () => Promise<SignInLimits>;
  /** Ends the tokens that somebody was given so far. */
  revoke: (who: { issuer: string; subject: string }) => Promise<void>;
  /** Reaches the page's back channel without a network. */
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Public keys, as an issuer publishes them (RFC 7517). */
export type KeySet = ReturnType<EmbeddedProvider['jwks']>;

/** The identity provider that is built in, as the parts of the control plane want it. */
export interface EmbeddedIdentity {
  /** What the page's login calls itself there; made for this run. */
  pageClient: { clientId: string; clientSecret: string };
  identity: Identity;
  mount: (app: FastifyInstance) => Promise<void>;
  /** What an account is by now; undefined for one that may not sign in. */
  active(subject: string): Promise<Standing | undefined>;
  /** The keys to verify its tokens with. */
  jwks(): Promise<KeySet>;
  /** Begins, once it is known where browsers reach this installation. */
  start(publicUrl: URL): Promise<void>;
  close(): void;
}

/**
 * How long people stay signed in at the provider where they may be logged in to the page for so long: the page has
 * to find its tokens good until its own end, and refreshes them a while before theirs.
 */
export const signInLimits = (login: { idleSeconds: number; absoluteSeconds: number }): SignInLimits => ({
  idleSeconds: login.idleSeconds + 600,
  absoluteSeconds: login.absoluteSeconds,
});

/** Puts it together. Until it is started it refuses, as its issuer is part of its address. */
export function embeddedIdentity(parts: EmbeddedIdentityParts): EmbeddedIdentity {
  const accounts = new EmbeddedAccounts(parts);
  const serviceAccounts = new EmbeddedServiceAccounts(parts);
  let provider: EmbeddedProvider | undefined;
  const started = (): EmbeddedProvider => {
    if (provider) return provider;
    throw new Refusal('unavailable', 'nobody can sign in yet: the system is starting');
  };
  const revoke = (subject: string) => parts.revoke({ issuer: started().issuer, subject });
  accounts.onRevoked(revoke);
  serviceAccounts.onRevoked(revoke);
  const pageClient = { clientId: 'lcm-page', clientSecret: parts.random.secret() };
  return {
    pageClient,
    identity: {
      issuer: () => started().issuer,
      embedded: { accounts, serviceAccounts, logIn: async (typed) => started().logIn(typed) },
    },
    mount: (app) =>
      mountIdentityProvider(
        app,
        heldUpFloods(parts.clock, async (...request) => started().handle(...request)),
      ),
    active: async (subject) =>
      (await accounts.active(subject)) ?? (await serviceAccounts.active(subject))?.account,
    jwks: async () => started().jwks(),
    start: async (publicUrl) => {
      const at = (path: string) => new URL(path, publicUrl).href;
      provider = await embeddedProvider({
        ...parts,
        issuer: at(IDENTITY_PATH),
        accounts,
        serviceAccounts,
        fetch: (url, init) => parts.fetch(String(url), init ?? {}),
        clients: [
          {
            id: pageClient.clientId,
            secret: pageClient.clientSecret,
            name: 'Lablet Cloud Manager',
            redirectUris: [at('/api/auth/callback')],
            postLogoutRedirectUris: [at('/')],
            backChannelLogoutUri: at('/api/auth/backchannel-logout'),
          },
        ],
      });
      await noteIssuer(parts.store, started().issuer);
      await accounts.endDemoUnlessOn();
    },
    close: () => provider?.close(),
  };
}
